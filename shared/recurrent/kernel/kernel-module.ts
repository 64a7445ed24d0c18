import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ForetideError } from '#shared/errors/foretide-error'
import { type WasmMemory, type WasmModule, webAssembly } from './web-assembly.js'

/** What `assembly/index.ts` exports; addresses are bytes from the start of its memory. */
export interface KernelExports {
  readonly memory: WasmMemory
  configure(paddedInputs: number, paddedHidden: number, paddedLeads: number, scratch: number): void
  step(weights: number, lanes: number, inputs: number, outputs: number, count: number): void
  applyExponential(at: number, count: number): void
  applySigmoid(at: number, count: number): void
  applyHyperbolicTangent(at: number, count: number): void
}

/** The kernel was not compiled. */
export class KernelMissingError extends ForetideError {
  readonly code = 'kernel-missing'
}

/** Beside this file in the build, and in the build's folder when the sources run themselves. */
const places = ['./kernel.wasm', '../../../dist/shared/recurrent/kernel/kernel.wasm']

let compiled: WasmModule | undefined

/**
 * A new instance with a memory of its own; the module is compiled once.
 * @throws KernelMissingError before the build
 */
export function instantiateKernel(): KernelExports {
  compiled ??= new webAssembly.Module(readFileSync(findKernel(import.meta.url)))
  return new webAssembly.Instance(compiled).exports as KernelExports
}

/**
 * @param module address of the module that asks, in the build or in the sources
 * @throws KernelMissingError
 */
export function findKernel(module: string): string {
  for (const place of places) {
    const path = fileURLToPath(new URL(place, module))
    if (existsSync(path)) return path
  }
  throw new KernelMissingError('The recurrent kernel is not built: run `npm run build` in the repository.')
}
