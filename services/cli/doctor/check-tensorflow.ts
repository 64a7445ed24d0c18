import type { Finding } from './finding.js'

/** A TensorFlow.js backend as far as the doctor looks at it. */
export interface LoadedBackend {
  readonly name: 'tensorflow' | 'wasm'
  readonly reason: string
}

const SET_UP = 'npm run setup:tensorflow makes the native library work (docs/guides/tensorflow.md)'

/** Which TensorFlow.js backend loads here, and why that one. */
export async function checkTensorflow(load: () => Promise<LoadedBackend>): Promise<Finding> {
  const check = 'tensorflow'
  try {
    const { name, reason } = await load()
    const details = { backend: name, reason }
    return name === 'tensorflow'
      ? { check, status: 'ok', message: `native backend: ${reason}`, details }
      : { check, status: 'warn', message: `WebAssembly backend: ${reason}`, advice: SET_UP, details }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return {
      ...{ check, status: 'warn', message: `no backend loads: ${message}`, details: { backend: null } },
      advice: `train with learn.engine: kernel, or run npm ci; ${SET_UP}`,
    }
  }
}
