import { FORETIDE, startProcess } from './foretide-process.js'

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
  /** From an event's record being written to its forecast being committed, ms; null where too few came. */
  readonly p99Ms: number | null
}

const LATENCY = 'foretide_event_to_forecast_seconds_bucket'
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
  const rate = await up.find((line) => {
    const note = JSON.parse(line) as Record<string, unknown>
    if (typeof note.url === 'string') url = note.url
    return typeof note.forecastPerSecond === 'number' ? note.forecastPerSecond : null
  })
  if (rate === null) await up.ended()
  const p99Ms = rate === null ? null : quantileMs(await metricsOf(url), 0.99)
  await up.stop()
  return { eventsPerSecond: rate ?? Number.NaN, p99Ms }
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
  while (url !== null && up.runs && !hasForecast(await metricsOf(url))) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
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

/** A quantile of a Prometheus histogram, linear within its bucket as `histogram_quantile` has it; null of nothing. */
export function quantileMs(metrics: string, share: number): number | null {
  const buckets = new Map<number, number>()
  for (const line of metrics.split('\n')) {
    if (!line.startsWith(LATENCY)) continue
    const bound = Number(/le="([^"]+)"/.exec(line)?.[1]?.replace('+Inf', 'Infinity'))
    buckets.set(bound, (buckets.get(bound) ?? 0) + Number(line.slice(line.lastIndexOf(' ') + 1)))
  }
  const rising = [...buckets].sort(([a], [b]) => a - b)
  const wanted = share * (rising.at(-1)?.[1] ?? 0)
  if (!(wanted > 0)) return null
  let lower = 0
  let below = 0
  for (const [bound, count] of rising) {
    if (count >= wanted) {
      if (!Number.isFinite(bound)) return 1000 * lower
      return 1000 * (lower + ((bound - lower) * (wanted - below)) / (count - below))
    }
    lower = bound
    below = count
  }
  return null
}
