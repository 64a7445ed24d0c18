import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import util from 'node:util'
import * as core from '@tensorflow/tfjs-core'

/** The operations of TensorFlow.js, whichever backend runs them. */
export type Tensorflow = typeof core

export interface TensorflowBackend {
  readonly tf: Tensorflow
  /** `tensorflow` is the native library, `wasm` the WebAssembly build. */
  readonly name: 'tensorflow' | 'wasm'
  /** Why this one: a clause for one log line. */
  readonly reason: string
}

let loading: Promise<TensorflowBackend> | undefined

/**
 * The fastest TensorFlow.js that loads here: the native `@tensorflow/tfjs-node` where it is installed, else WebAssembly.
 * Loaded once per thread; works in a worker thread and without a network.
 */
export function loadTensorflow(): Promise<TensorflowBackend> {
  loading ??= loadNative().catch((fault: unknown) => loadWasm(whyNotNative(fault)))
  return loading
}

async function loadNative(): Promise<TensorflowBackend> {
  // tfjs-node 4.22 still calls this, and Node 23 no longer has it.
  const legacy = util as unknown as { isNullOrUndefined?: (value: unknown) => boolean }
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined
  // A name that the compiler cannot follow: the package is optional, and so are its types.
  const optional: string = '@tensorflow/tfjs-node'
  const module = (await import(optional)) as { default?: Tensorflow } & Tensorflow
  const tf = module.default ?? module
  await tf.ready()
  return { tf, name: 'tensorflow', reason: 'the native library is installed' }
}

async function loadWasm(reason: string): Promise<TensorflowBackend> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
  const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')
  setWasmPaths(join(dirname(manifest), 'dist') + sep)
  await core.setBackend('wasm')
  await core.ready()
  return { tf: core, name: 'wasm', reason }
}

function whyNotNative(fault: unknown): string {
  const message = fault instanceof Error ? fault.message : String(fault)
  const code = (fault as { code?: string } | null)?.code
  if (code === 'ERR_MODULE_NOT_FOUND' && message.includes('tfjs-node')) return 'tfjs-node is not installed'
  return `tfjs-node does not load: ${message.split('\n')[0]}`
}
