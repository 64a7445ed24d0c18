import type { ChunkSize, GradientEngine, UnrolledNet } from '../gradient-engine.js'
import type { NetShape } from '../net-shape.js'
import { KernelUnrolledNet } from './kernel-unrolled-net.js'

/**
 * Gradients in the kernel: WebAssembly SIMD, float32, one thread, one instance with a memory of its own for each prepared
 * net. Sums run in a fixed order: the same call gives the same bits. The outputs have the bits that stepping gives.
 * @throws KernelMissingError before the build, when a net is prepared
 */
export function createKernelGradientEngine(): GradientEngine {
  return {
    name: 'kernel',
    backend: 'WebAssembly SIMD, built in',
    prepare: (shape: NetShape, size: ChunkSize): UnrolledNet => new KernelUnrolledNet(shape, size),
  }
}
