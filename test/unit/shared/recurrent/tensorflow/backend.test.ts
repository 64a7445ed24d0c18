import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { build } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import { loadTensorflow, useBackend } from '#shared/recurrent/tensorflow/backend'

const root = fileURLToPath(new URL('../../../../../', import.meta.url))
const bundle = `${root}dist/test-backend-${process.pid}.mjs`

describe('loadTensorflow', () => {
  afterAll(() => rm(bundle, { force: true }))

  it('computes, says which backend it found and why, and loads it once', async () => {
    const backend = await loadTensorflow()
    const { tf, name, reason } = backend
    useBackend(backend)
    expect(tf.getBackend()).toBe(name)
    expect(reason).not.toBe('')
    // By hand: [1 2] · [3 4]ᵀ = 11.
    expect(tf.tidy(() => tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()[0])).toBe(11)
    expect(loadTensorflow()).toBe(loadTensorflow())
  })

  it('loads the backend that is asked for, beside the other', async () => {
    const fastest = await loadTensorflow()
    const wasm = await loadTensorflow({ backend: 'wasm' })
    expect(wasm.name).toBe('wasm')
    for (const backend of [wasm, fastest, wasm]) {
      useBackend(backend)
      expect(backend.tf.getBackend()).toBe(backend.name)
      // By hand: 2 + 3.
      expect(backend.tf.tidy(() => backend.tf.add(2, 3).dataSync()[0])).toBe(5)
    }
    useBackend(fastest)
  })

  it('works in a worker thread', async () => {
    const entry = `import { parentPort } from 'node:worker_threads'
      import { loadTensorflow } from './shared/recurrent/tensorflow/backend.ts'
      const { tf, name } = await loadTensorflow()
      parentPort.postMessage([name, tf.add(2, 3).dataSync()[0]])`
    await build({
      stdin: { contents: entry, resolveDir: root },
      outfile: bundle,
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
    })
    const worker = new Worker(bundle)
    try {
      const message = await new Promise((resolve, reject) => {
        worker.once('message', resolve).once('error', reject)
      })
      expect(message).toEqual([(await loadTensorflow()).name, 5])
    } finally {
      await worker.terminate()
    }
  })
})
