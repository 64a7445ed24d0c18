import { readFileSync } from 'node:fs'
import { findKernel } from '#shared/recurrent/kernel/kernel-module'
import { type WasmMemory, type WasmModule, webAssembly } from '#shared/recurrent/kernel/web-assembly'

/** What `assembly/index.ts` exports; addresses are bytes from the start of its memory. */
export interface RegressionExports {
  readonly memory: WasmMemory
  /** @returns 0 when there is no room */
  reserve(bytes: number): number
  /** @returns the address of a model, 0 when there is no room */
  createModel(
    features: number,
    leads: number,
    forgetting: number,
    ridge: number,
    fastLeads: number,
    fastForgetting: number,
  ): number
  slotBytes(model: number): number
  clearSlot(model: number, slot: number): void
  outdateSlot(model: number, slot: number): void
  advance(model: number, calls: number, rows: number, anchors: number, fast: number, count: number): void
}

let compiled: WasmModule | undefined

/**
 * A new instance with a memory of its own; the module is compiled once.
 * @throws KernelMissingError before the build
 */
export function instantiateRegression(): RegressionExports {
  compiled ??= new webAssembly.Module(readFileSync(findKernel(import.meta.url, 'regression')))
  return new webAssembly.Instance(compiled).exports as RegressionExports
}
