import { FORETIDE, type LineProcess, startProcess } from './foretide-process.js'
import { type Buckets, latenciesSince, quantileMs, readLatencies } from './latency-histogram.js'

export interface UpRun {
  readonly file: string
  readonly dataDir: string
  readonly cadence: string
  readonly horizon: number
  /** Event time per wall time, or `max`. */
  readonly speed: string
  readonly flags: readonly string[]
  readonly signal: AbortSignal
}

export interface UpResult {
  /** From the first event sent to the last one forecast and committed. */
  readonly eventsPerSecond: number
  /**
   * From an event's record being written to its forecast being committed, ms: of what came after the process had warmed up, and of all;
   * null where nothing came.
   */
  readonly p99Ms: number | null
  readonly p99WithStartMs: number | null
}

/** Until its code is compiled a process is several times as slow; what comes in so long after the first forecast is told apart. */
export const WARM_UP_SECONDS = 10

const POLL_MS = 10
const OUTCOMES = 'foretide_outcomes_total'

/**
 * A file through the embedded log, as `foretide up` does it: fed, forecast and written in one process, everything durable.
 * The trainer stays out.
 */
export async function measureUp(run: UpRun): Promise<UpResult> {
  const { file, dataDir, cadence, horizon, speed, flags, signal } = run
  const command = [process.execPath, FORETIDE, 'up', '--no-demo', '--no-learn', '--port', '0', '--json']
  const reading = ['--feed', file, '--cadence', cadence, '--horizon', String(horizon)]
  const up = startProcess(
    [...command, ...reading, '--data-dir', dataDir, '--speed', speed, ...flags],
    null,
    signal,
  )
  let url = ''
  let start: Promise<Buckets> = Promise.resolve(new Map())
  const rate = await up.find((line) => {
    const note = JSON.parse(line) as Record<string, unknown>
    if (typeof note.url === 'string' && url === '') {
      url = note.url
      start = warmedUp(up, url)
    }
    return typeof note.forecastPerSecond === 'number' ? note.forecastPerSecond : null
  })
  if (rate === null) await up.ended()
  const all: Buckets = rate === null ? new Map() : readLatencies(await metricsOf(url))
  await up.stop()
  const warm = latenciesSince(await start, all)
  return {
    eventsPerSecond: rate ?? Number.NaN,
    p99Ms: quantileMs(warm, 0.99),
    p99WithStartMs: quantileMs(all, 0.99),
  }
}

/** What has been counted when the process has warmed up. */
async function warmedUp(up: LineProcess, url: string): Promise<Buckets> {
  if (!(await firstForecast(up, url))) return new Map()
  await pause(1000 * WARM_UP_SECONDS)
  return up.runs ? readLatencies(await metricsOf(url)) : new Map()
}

/** @returns false when the process ended before */
async function firstForecast(up: LineProcess, url: string): Promise<boolean> {
  while (up.runs) {
    if (hasForecast(await metricsOf(url))) return true
    await pause(POLL_MS)
  }
  return false
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Seconds from starting a command that runs the platform to the first forecast that it counts. */
export async function measureStart(
  command: readonly string[],
  now: () => number,
  signal: AbortSignal,
): Promise<number> {
  const beganMs = now()
  const up = startProcess(command, null, signal)
  const url = await up.find((line) => /"url":"([^"]+)"/.exec(line)?.[1] ?? null)
  if (url === null) await up.ended()
  if (url !== null) await firstForecast(up, url)
  const seconds = (now() - beganMs) / 1000
  await up.stop()
  return seconds
}

/** Empty while it does not answer: a process may be busy for longer than a connection waits. */
async function metricsOf(url: string): Promise<string> {
  try {
    return await (await fetch(new URL('/metrics', url))).text()
  } catch {
    return ''
  }
}

function hasForecast(metrics: string): boolean {
  return metrics
    .split('\n')
    .some((line) => line.startsWith(OUTCOMES) && line.includes('outcome="forecast"') && !line.endsWith(' 0'))
}
