import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import util from 'node:util'
import * as core from '@tensorflow/tfjs-core'

export type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core'

/** The operations of TensorFlow.js, whichever backend runs them. */
export type Tensorflow = typeof core

export interface TensorflowBackend {
  readonly tf: Tensorflow
  /** `tensorflow` is the native library, `wasm` the WebAssembly build. */
  readonly name: 'tensorflow' | 'wasm'
  /** Why this one: a clause for one log line. */
  readonly reason: string
}

export interface TensorflowChoice {
  /** The one to load, or to fail; the fastest that loads where it is left out. */
  readonly backend?: TensorflowBackend['name']
}

const loading = new Map<string, Promise<TensorflowBackend>>()

/**
 * TensorFlow.js on the native library (`@tensorflow/tfjs-node`) where it is installed, else on WebAssembly, or on the
 * backend that is asked for. Each is loaded once per thread, works in a worker thread and without a network, and both can
 * be loaded side by side: make one the current one with `useBackend` before computing with it.
 *
 * What the native library prints when it loads, and whether it uses oneDNN, it reads from the environment:
 * `setTensorflowEnvironment` of the configuration.
 *
 * @throws Error that says why, when the backend that is asked for does not load
 */
export function loadTensorflow(choice: TensorflowChoice = {}): Promise<TensorflowBackend> {
  const key = choice.backend ?? 'fastest'
  const known = loading.get(key)
  if (known) return known
  const loaded = load(choice)
  loading.set(key, loaded)
  return loaded
}

async function load({ backend }: TensorflowChoice): Promise<TensorflowBackend> {
  if (backend === 'wasm') return loadWasm('it was asked for')
  if (backend === 'tensorflow') return loadNative('it was asked for')
  try {
    // Waits for an explicit load of the same kind, so that there is one of each.
    return { ...(await loadTensorflow({ backend: 'tensorflow' })), reason: 'the native library is installed' }
  } catch (fault) {
    return { ...(await loadTensorflow({ backend: 'wasm' })), reason: whyNotNative(fault) }
  }
}

async function loadNative(reason: string): Promise<TensorflowBackend> {
  // tfjs-node 4.22 still calls this, and Node 23 no longer has it.
  const legacy = util as unknown as { isNullOrUndefined?: (value: unknown) => boolean }
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined
  // A name that the compiler cannot follow: the package is optional, and so are its types.
  const optional: string = '@tensorflow/tfjs-node'
  const module = (await import(optional)) as { default?: Tensorflow } & Tensorflow
  const tf = module.default ?? module
  await tf.setBackend('tensorflow')
  await tf.ready()
  return { tf, name: 'tensorflow', reason }
}

async function loadWasm(reason: string): Promise<TensorflowBackend> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
  const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')
  setWasmPaths(join(dirname(manifest), 'dist') + sep)
  await core.setBackend('wasm')
  await core.ready()
  return { tf: core, name: 'wasm', reason }
}

/** The two backends may share one engine of TensorFlow.js, which computes with the one that was made current last. */
export function useBackend({ tf, name }: TensorflowBackend): void {
  if (tf.getBackend() !== name) void tf.setBackend(name)
}

function whyNotNative(fault: unknown): string {
  const message = fault instanceof Error ? fault.message : String(fault)
  const code = (fault as { code?: string } | null)?.code
  if (code === 'ERR_MODULE_NOT_FOUND' && message.includes('tfjs-node')) return 'tfjs-node is not installed'
  return `tfjs-node does not load: ${message.split('\n')[0]}`
}
