import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { smallSettings } from '../pipeline/pipeline-driver.js'

// The child is JavaScript and imports the build; `npm run test:learning` builds first.
const child = fileURLToPath(new URL('./train-often.mjs', import.meta.url))
const trainings = Number(process.env.FORETIDE_LEARNING_TRAININGS ?? 500)
const every = trainings / 50
/** The training set is full, and every path has been compiled, after so many. */
const warmUp = 0.3 * trainings
const MB = 1e6

interface Report {
  readonly done: number
  readonly rss: number
  readonly held: number
  readonly tensors: number
  readonly published: number
  readonly served: number
}

/** null where the engine does not load. */
async function trainOften(engine: string): Promise<Report[] | null> {
  const settings = smallSettings({ partitions: 1, learnMemory: 400_000 })
  const task = JSON.stringify({ settings, engine, trainings, every })
  const running = spawn(process.execPath, ['--expose-gc', child, task], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '1', TF_ENABLE_ONEDNN_OPTS: '0' },
  })
  const reports: (Report & { unavailable?: string })[] = []
  for await (const line of createInterface({ input: running.stdout })) reports.push(JSON.parse(line))
  return reports[0]?.unavailable === undefined ? reports : null
}

/** Slope of the least squares line, bytes a training. */
function slopeOf(points: readonly Report[], what: 'rss' | 'held'): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(points.map(({ done }) => done)), mean(points.map((point) => point[what]))]
  const rise = points.reduce((sum, point) => sum + (point.done - x) * (point[what] - y), 0)
  return rise / points.reduce((sum, { done }) => sum + (done - x) ** 2, 0)
}

const megabytes = (bytes: number) => `${(bytes / MB).toFixed(1)} MB`

describe(`memory over ${trainings} trainings`, () => {
  it.each(['kernel', 'tensorflow', 'wasm'])('is flat on the engine %s', async (engine) => {
    const reports = await trainOften(engine)
    if (reports === null) {
      expect(engine, 'TensorFlow on its native library alone may be missing').toBe('tensorflow')
      console.warn(
        '\n!! NOT TESTED: native TensorFlow does not load. `npm run setup:tensorflow` installs it.\n',
      )
      return
    }
    const last = reports.at(-1)!
    expect(last.done).toBe(trainings)
    // Sessions that begin anew and warm ones, challenges and promotions were all among them.
    expect(last.served).toBeGreaterThan(1)
    expect(last.published).toBeGreaterThan(last.served)
    const later = reports.filter(({ done }) => done > warmUp)
    const [rss, held] = [slopeOf(later, 'rss'), slopeOf(later, 'held')]
    console.info(
      `${engine}: ${megabytes(later[0]!.rss)} after ${later[0]!.done} trainings, ${megabytes(last.rss)} after ${last.done}; slope ${(rss / 1000).toFixed(2)} KB a training resident, ${(held / 1000).toFixed(2)} KB held; ${last.tensors} tensors`,
    )
    expect(new Set(reports.map(({ tensors }) => tensors)).size).toBe(1)
    // One chunk of a session that is kept would be 330 KB, its states 16 KB. What is resident goes up and down by some MB with the
    // allocator (from 6 to 23 KB a training in runs of the same build), so that it can show the first alone.
    expect(held).toBeLessThan(3000)
    expect(rss).toBeLessThan(100_000)
  })
})
