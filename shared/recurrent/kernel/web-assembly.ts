/** The part of the global `WebAssembly` that the kernel uses: the Node types leave it to the DOM's, which we do not load. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer
}

export interface WasmModule {
  readonly [Symbol.toStringTag]: string
}

interface WebAssemblyGlobal {
  readonly Module: new (bytes: Uint8Array) => WasmModule
  readonly Instance: new (module: WasmModule) => { readonly exports: unknown }
}

export const webAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyGlobal }).WebAssembly
