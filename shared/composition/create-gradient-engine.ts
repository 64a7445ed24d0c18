import type { GradientEngine } from '#shared/recurrent/gradient-engine'
import { createKernelGradientEngine } from '#shared/recurrent/kernel/kernel-gradient-engine'

/** What computes gradients. TensorFlow is loaded only where it is asked for. */
export async function createGradientEngine(name: GradientEngine['name']): Promise<GradientEngine> {
  if (name === 'kernel') return createKernelGradientEngine()
  const { loadTensorflow } = await import('#shared/recurrent/tensorflow/backend')
  const { createTensorflowGradientEngine } = await import('#shared/recurrent/tensorflow/gradient-engine')
  return createTensorflowGradientEngine(await loadTensorflow())
}
