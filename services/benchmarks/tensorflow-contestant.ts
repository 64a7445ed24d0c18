import { loadTensorflow, type TensorflowBackend } from '#shared/recurrent/tensorflow/backend'
import { createTensorflowGradientEngine } from '#shared/recurrent/tensorflow/gradient-engine'
import { prepareCell } from '#shared/recurrent/tensorflow/step-cell'
import type { Contestant, PreparedWork } from './contestant.js'
import { type EngineCase, INPUTS } from './engine-case.js'
import { benchWeights, prepareTraining, sampleInputs } from './training-work.js'

/**
 * TensorFlow.js, unrolled by hand, on the backend that is asked for.
 * @throws Error that says why the backend does not load
 */
export async function createTensorflowContestant(name: TensorflowBackend['name']): Promise<Contestant> {
  // The native one is asked for as the fastest, since then it says in a clause why it is not.
  const backend = await loadTensorflow(name === 'wasm' ? { backend: name } : {})
  if (backend.name !== name) throw new Error(backend.reason)
  const gradientEngine = createTensorflowGradientEngine(backend)
  return {
    backend: `${name === 'wasm' ? 'tfjs-wasm' : 'tfjs-node'} ${backend.tf.version_core}`,
    prepare: (chosen) =>
      chosen.kind === 'step' ? prepareSteps(backend, chosen) : prepareTraining(gradientEngine, chosen),
    roofline: () => null,
  }
}

/** Inputs go in and outputs come out; weights and states stay. */
function prepareSteps(backend: TensorflowBackend, chosen: EngineCase): PreparedWork {
  const { rows } = chosen
  const { manifest, values } = benchWeights(chosen)
  const cell = prepareCell(backend, manifest, values, rows)
  const inputs = sampleInputs(rows * INPUTS)
  return { units: rows, run: () => void cell.step(inputs), dispose: () => cell.dispose() }
}
