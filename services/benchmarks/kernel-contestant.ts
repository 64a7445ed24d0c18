import { createKernelEngine } from '#shared/recurrent/kernel/kernel-engine'
import { createKernelGradientEngine } from '#shared/recurrent/kernel/kernel-gradient-engine'
import { measureRoofline } from '#shared/recurrent/kernel/roofline'
import { hiddenShapeOf } from '#shared/recurrent/net-shape'
import type { Contestant, PreparedWork } from './contestant.js'
import { type EngineCase, INPUTS, OUTPUTS, shapeOfCase } from './engine-case.js'
import { benchWeights, prepareTraining, sampleInputs } from './training-work.js'

/** Lanes that batches are taken from in turn: as in service, a batch's states are not in the cache from the last one. */
const LANES = 1024

/** The kernel as it serves and trains. */
export function createKernelContestant(now: () => number): Contestant {
  const gradientEngine = createKernelGradientEngine()
  return {
    backend: 'kernel (WebAssembly SIMD)',
    prepare: (chosen) =>
      chosen.kind === 'step' ? prepareSteps(chosen) : prepareTraining(gradientEngine, chosen),
    roofline: (ms) => measureRoofline(now, ms),
  }
}

function prepareSteps(chosen: EngineCase): PreparedWork {
  const { rows } = chosen
  const shape = shapeOfCase(chosen)
  const engine = createKernelEngine({ inputs: INPUTS, outputs: OUTPUTS })
  const weights = engine.load(benchWeights(chosen))
  const hidden = hiddenShapeOf(shape)
  const groups = Array.from({ length: Math.max(1, Math.floor(LANES / rows)) }, () =>
    Int32Array.from({ length: rows }, () => engine.allocate(hidden)),
  )
  const inputs = sampleInputs(rows * INPUTS)
  const outputs = new Float32Array(rows * OUTPUTS)
  let turn = 0
  return {
    units: rows,
    run: () => {
      engine.step(weights, groups[turn]!, inputs, outputs, rows)
      turn = (turn + 1) % groups.length
    },
    dispose: () => {},
  }
}
