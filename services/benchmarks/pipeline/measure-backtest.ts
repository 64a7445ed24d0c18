import { FORETIDE, lastLineOf } from './foretide-process.js'

export interface BacktestRun {
  readonly file: string
  readonly horizon: number
  /** Flags beside it. */
  readonly flags: readonly string[]
  readonly core: number | null
  readonly signal: AbortSignal
}

/** Events a second of a backtest in a process of its own: of the processor's time that it took, and by the clock. */
export interface BacktestRate {
  readonly perCoreSecond: number
  readonly perSecond: number
}

/** The report's own figures: starting, reading the file and training are not in them. */
export async function measureBacktest(run: BacktestRun): Promise<BacktestRate> {
  const { file, horizon, flags, core, signal } = run
  const command = [process.execPath, FORETIDE, 'backtest', file, '--horizon', String(horizon)]
  const line = await lastLineOf([...command, '--net', 'untrained', ...flags, '--json'], core, signal)
  if (signal.aborted) return { perCoreSecond: Number.NaN, perSecond: Number.NaN }
  const { events, eventsPerSecond, processorSeconds } = JSON.parse(line) as Record<string, number>
  return { perCoreSecond: events! / processorSeconds!, perSecond: eventsPerSecond! }
}
