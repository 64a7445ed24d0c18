import { loadTensorflow } from '#shared/recurrent/tensorflow/backend'
import type { Contestant } from './contestant.js'
import { preparePlainSteps, preparePlainTraining } from './plain-tensorflow-work.js'

/**
 * tfjs-node as a program that uses it would: a GRU unrolled by hand out of the public functions, differentiated
 * automatically, with the library's own settings. What our TensorFlow engine gains over it is our work, not the library's.
 *
 * @throws Error that says why the native library does not load
 */
export async function createPlainTensorflowContestant(): Promise<Contestant> {
  const { tf } = await loadTensorflow({ backend: 'tensorflow' })
  return {
    backend: `tfjs-node ${tf.version_core}, public functions, automatic gradient, its own settings`,
    prepare: (chosen) =>
      chosen.kind === 'step' ? preparePlainSteps(tf, chosen) : preparePlainTraining(tf, chosen),
    roofline: () => null,
  }
}
