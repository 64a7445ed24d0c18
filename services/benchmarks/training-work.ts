import type { GradientEngine } from '#shared/recurrent/gradient-engine'
import { stateSizeOf } from '#shared/recurrent/net-shape'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { untrainedWeights } from '#shared/recurrent/untrained-weights'
import type { PreparedWork } from './contestant.js'
import { type EngineCase, INPUTS, OUTPUTS, shapeOfCase, UNROLLED } from './engine-case.js'

/** Weights with no zeros in the head, so that gradients are of ordinary size. */
export function benchWeights(chosen: EngineCase): RecurrentWeights {
  const weights = untrainedWeights({ ...shapeOfCase(chosen), featureLayout: 'bench', seed: 1 })
  const random = new SeededRandom(2)
  return { ...weights, values: weights.values.map((value) => value + random.uniform(-0.05, 0.05)) }
}

/** Numbers like running-scaled features. */
export function sampleInputs(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(i))
}

/** Forward with every output read, and backward with the gradient of every parameter. */
export function prepareTraining(engine: GradientEngine, chosen: EngineCase): PreparedWork {
  const { rows } = chosen
  const { manifest, values } = benchWeights(chosen)
  const net = engine.prepare(manifest, { lanes: rows, steps: UNROLLED })
  const chunk = {
    inputs: sampleInputs(UNROLLED * rows * INPUTS),
    state: new Float32Array(rows * stateSizeOf(manifest)),
  }
  const outputGradient = sampleInputs(UNROLLED * rows * OUTPUTS)
  return {
    units: rows * UNROLLED,
    run: () => {
      net.forward(values, chunk)
      net.backward(outputGradient)
    },
    dispose: () => net.dispose(),
  }
}
