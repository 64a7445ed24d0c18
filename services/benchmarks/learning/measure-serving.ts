import { FORETIDE, startProcess } from '../pipeline/foretide-process.js'

export interface ServingRun {
  readonly configFile: string
  readonly dataDir: string
  /** Whether a trainer runs beside. */
  readonly learn: boolean
  readonly signal: AbortSignal
}

export interface ServingResult {
  /** From the first event sent to the last one forecast and committed. */
  readonly eventsPerSecond: number
  readonly seconds: number
  /** Seconds of each training session that ended meanwhile, in their order. */
  readonly sessions: readonly number[]
}

/** `foretide up` on a configuration whose one pipeline has a feed: everything durable, in one process, until all of it is forecast. */
export async function measureServing({
  configFile,
  dataDir,
  learn,
  signal,
}: ServingRun): Promise<ServingResult> {
  const place = ['--config', configFile, '--data-dir', dataDir]
  const command = [process.execPath, FORETIDE, 'up', '--no-demo', '--port', '0', '--json', ...place]
  const up = startProcess([...command, ...(learn ? [] : ['--no-learn'])], null, signal)
  const sessions: number[] = []
  const fed = await up.find((line) => {
    const note = JSON.parse(line) as Record<string, unknown>
    const { message, seconds, forecastPerSecond, sent } = note
    if (String(message).startsWith('trained') && typeof seconds === 'number') sessions.push(seconds)
    if (typeof forecastPerSecond !== 'number' || typeof sent !== 'number') return null
    return { eventsPerSecond: forecastPerSecond, seconds: sent / forecastPerSecond }
  })
  if (fed === null) await up.ended()
  await up.stop()
  return { ...(fed ?? { eventsPerSecond: Number.NaN, seconds: Number.NaN }), sessions }
}
