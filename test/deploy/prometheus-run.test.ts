import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { METRICS } from '#shared/telemetry/metric-catalogue'
import { SERIES_METRICS } from '#shared/telemetry/series-metrics'
import { findTool } from './find-tool.js'
import { shippedQueries, withoutThresholds } from './queries.js'
import { lineWith, type RealPrometheus, startPrometheus, stopChild } from './real-prometheus.js'

const program = findTool('prometheus')
const promtool = findTool('promtool')
const PATIENCE_MS = 420_000
/** Flights last for some minutes. */
const SPEED = 60_000
const FORETIDE = fileURLToPath(new URL('../../bin/foretide.mjs', import.meta.url))

it('thresholds are taken from alerts without the rest', () => {
  expect(withoutThresholds('a{b="0.5"} > 0 and deriv(c:d[10m]) == 0 / e')).toBe(
    'a{b="0.5"} and deriv(c:d[10m]) / e',
  )
})

describe.skipIf(program === null)('a real Prometheus on a real run', () => {
  let foretide: ChildProcess
  let prometheus: RealPrometheus
  let folder: string
  let url: string
  let promoted: Promise<void>
  const stop = new AbortController()

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foretide-watch-'))
    foretide = spawn(
      process.execPath,
      [
        ...[FORETIDE, 'up', '--json', '--port', '0', '--speed', String(SPEED)],
        ...['--data-dir', join(folder, 'log')],
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    )
    url = (await lineWith(foretide, foretide.stdout!, /"url":"([^"]+)"/))[1]!
    promoted = promoteOne(join(folder, 'log'), stop.signal)
    prometheus = await startPrometheus(program!, folder, new URL(url).host)
  }, PATIENCE_MS)

  afterAll(async () => {
    stop.abort()
    await promoted
    await prometheus?.stop()
    if (foretide) await stopChild(foretide)
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  })

  it('gives data for every query of every panel and rule', { timeout: PATIENCE_MS }, async () => {
    let waiting = shippedQueries('flights', await firstSeries(prometheus, 'flights'))
    expect(waiting.length).toBeGreaterThan(50)
    const until = Date.now() + PATIENCE_MS - 10_000
    for (;;) {
      const still = []
      for (const query of waiting) {
        const samples = await prometheus.query(query.expr)
        if (!samples.some(({ value }) => value[1] !== 'NaN')) still.push(query)
      }
      waiting = still
      if (waiting.length === 0 || Date.now() > until) break
      await wait(500)
    }
    expect(waiting).toEqual([])
  })

  it('finds every metric of the catalogue', { timeout: PATIENCE_MS }, async () => {
    const wanted = [
      ...Object.values(METRICS).map(({ name, kind }) => (kind === 'histogram' ? `${name}_count` : name)),
      ...Object.values(SERIES_METRICS).map(({ name }) => name),
    ]
    const missing = async () => {
      const names = new Set(await prometheus.labelValues('__name__'))
      return wanted.filter((name) => !names.has(name))
    }
    await expect.poll(missing, { timeout: PATIENCE_MS - 10_000, interval: 500 }).toEqual([])
  })

  it.skipIf(promtool === null)('finds metrics that are in order by promtool', async () => {
    const text = await (await fetch(new URL('/metrics', url))).text()
    const said = await new Promise<string>((resolve) => {
      const child = execFile(promtool!, ['check', 'metrics'], (_, stdout, stderr) => resolve(stdout + stderr))
      child.stdin!.end(text)
    })
    expect(said).toBe('')
  })
})

/**
 * Ask for trainings until one of them finds a challenger, and promote it: how soon a version is trained and proves itself is the
 * machine's affair, what a promotion shows is not.
 */
async function promoteOne(dataDir: string, signal: AbortSignal): Promise<void> {
  const weights = (...args: string[]) =>
    new Promise<{ code: unknown; out: string }>((resolve) => {
      const place = ['--pipeline', 'flights', '--data-dir', dataDir]
      const options = { signal }
      execFile(process.execPath, [FORETIDE, 'weights', ...args, ...place], options, (error, out) =>
        resolve({ code: error?.code ?? 0, out }),
      )
    })
  while (!signal.aborted) {
    const trained = await weights('train', '--json')
    if (trained.code === 0) {
      const { version } = JSON.parse(trained.out) as { version: number }
      if ((await weights('promote', String(version))).code === 0) return
    }
    await wait(1_000)
  }
}

async function firstSeries(prometheus: RealPrometheus, pipeline: string): Promise<string> {
  for (;;) {
    const [sample] = await prometheus.query(`foretide_series_observed_value{pipeline="${pipeline}"}`)
    if (sample !== undefined) return sample.metric.series!
    await wait(200)
  }
}
