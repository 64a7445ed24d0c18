import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ForetideError } from '#shared/errors/foretide-error'
import { type WasmMemory, type WasmModule, webAssembly } from './web-assembly.js'

/** What `assembly/index.ts` exports; addresses are bytes from the start of its memory. */
export interface KernelExports {
  readonly memory: WasmMemory
  /** @returns 0 when there is no room */
  reserve(bytes: number): number
  /** Take back all that was reserved, and zero it. */
  takeBack(): void
  netBytes(
    cell: number,
    layers: number,
    inputs: number,
    hidden: number,
    outputs: number,
    headReadsInput: boolean,
  ): number
  packNet(
    at: number,
    cell: number,
    layers: number,
    inputs: number,
    hidden: number,
    outputs: number,
    headReadsInput: boolean,
    logSoftmax: boolean,
    values: number,
  ): void
  step(net: number, lanes: number, inputs: number, outputs: number, count: number): void
  /** @returns the address of what `assembly/unrolled/unrolled.ts` describes, 0 when there is no room */
  unroll(
    cell: number,
    layers: number,
    inputs: number,
    hidden: number,
    outputs: number,
    headReadsInput: boolean,
    logSoftmax: boolean,
    parameters: number,
    lanes: number,
    steps: number,
    keeps: boolean,
  ): number
  /** @returns the address of the last states */
  forward(unrolled: number): number
  statesAt(unrolled: number, steps: number, row: number): number
  backward(unrolled: number): void
  multiplyAddRoofline(iterations: number): number
  applyExponential(at: number, count: number): void
  applySigmoid(at: number, count: number): void
  applyHyperbolicTangent(at: number, count: number): void
  applyLogarithm(at: number, count: number): void
}

/** The kernel was not compiled. */
export class KernelMissingError extends ForetideError {
  readonly code = 'kernel-missing'
}

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
 * Beside the module that asks in the build, and in the build's folder when the sources run themselves.
 * @param module address of the module that asks, in the build or in the sources
 * @param domain folder of `shared/` whose kernel it is
 * @throws KernelMissingError
 */
export function findKernel(module: string, domain = 'recurrent'): string {
  for (const place of ['./kernel.wasm', `../../../dist/shared/${domain}/kernel/kernel.wasm`]) {
    const path = fileURLToPath(new URL(place, module))
    if (existsSync(path)) return path
  }
  throw new KernelMissingError(`The ${domain} kernel is not built: run \`npm run build\` in the repository.`)
}
