import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '#shared/clock/clock'
import { medianOf } from '#shared/scoring/median-of'
import { DatasetMissingError } from '../dataset-missing-error.js'
import { HEADLINES } from '../engine-case.js'
import { coreToPinTo } from '../pinning.js'
import { startContestant } from '../start-contestant.js'
import { BUDGETS, type BudgetKey, judgeBudget, type PipelineFigure } from './budgets.js'
import { openDeepRiver } from './deep-river.js'
import { FORETIDE } from './foretide-process.js'
import { HOURLY_METERS, writeReadings } from './made-up-readings.js'
import { type BacktestRate, measureBacktest } from './measure-backtest.js'
import { measureStart, measureUp, WARM_UP_SECONDS } from './measure-up.js'
import { AIRLINE, copyStream, type RiverStream, TRUMP } from './river-stream.js'

export interface PipelineBenchOptions {
  readonly keys: readonly BudgetKey[]
  /** Runs of each whose median counts. */
  readonly rounds: number
  /** Holds the virtual environment of deep-river. */
  readonly peersDir: string
  /** Holds the public streams, in `river/`. */
  readonly dataFolder: string
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onFigure?: (figure: PipelineFigure) => void
  readonly onProgress?: (progress: {
    readonly done: number
    readonly total: number
    readonly name: string
  }) => void
}

/** What a backtest reads: as many meters as a live pipeline is fed, long enough that starting hardly counts: V8 compiles for half a second. */
const LONG = { ...HOURLY_METERS, rows: 10_000 }
/** One series of days, as long for the same reason: what deep-river is compared on. */
const ONE = { series: 1, rows: 40_000, cadenceMs: 86_400_000, season: 7 }
const HOURS = { horizon: 24, cadence: '1h' }
const DAYS = { horizon: 3, cadence: '1d' }
const STEP_SLICE_MS = 300
const MINIMAL = ['--preset', 'minimal']
const LEAN = ['--preset', 'lean']

/** What was measured of a budget: its runs, and what else is to be said. */
interface Measured {
  readonly runs: readonly number[]
  readonly note: string
}

/** Measure what design § 11 asks of the pipeline, each in processes of its own. Ends early when `signal` aborts. */
export async function runPipelineBench(options: PipelineBenchOptions): Promise<readonly PipelineFigure[]> {
  const { keys, signal } = options
  const folder = await mkdtemp(join(tmpdir(), 'foretide-bench-'))
  const bench = new PipelineBench(options, folder)
  const figures: PipelineFigure[] = []
  try {
    await bench.prepare()
    for (const [done, key] of keys.entries()) {
      options.onProgress?.({ done, total: keys.length, name: BUDGETS[key].about })
      const { runs, note } = await bench.measure(key)
      if (signal.aborted) break
      const value = runs.length === 0 ? null : medianOf(runs)
      const figure = { ...BUDGETS[key], value, runs, verdict: judgeBudget(BUDGETS[key], value), note }
      figures.push(figure)
      options.onFigure?.(figure)
    }
    return figures
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

class PipelineBench {
  private readonly core = coreToPinTo()
  private readonly many: string
  private readonly long: string
  private readonly one: string
  /** Events a second of the last end-to-end run, for half of it. */
  private endToEnd = Number.NaN

  constructor(
    private readonly options: PipelineBenchOptions,
    private readonly folder: string,
  ) {
    this.many = join(folder, 'meters.csv')
    this.long = join(folder, 'long.csv')
    this.one = join(folder, 'meter.csv')
  }

  async prepare(): Promise<void> {
    await writeReadings(this.many, HOURLY_METERS)
    await writeReadings(this.long, LONG)
    await writeReadings(this.one, ONE)
  }

  measure(key: BudgetKey): Promise<Measured> {
    const measures: Record<BudgetKey, () => Promise<Measured>> = {
      steps: () => this.steps(),
      backtestMinimal: () => this.backtest(MINIMAL),
      backtestLean: () => this.backtest(LEAN),
      deepRiver: () => this.deepRiver(this.one, this.one, ['--cadence', DAYS.cadence]),
      deepRiverAirline: () => this.riverStream(AIRLINE),
      deepRiverTrump: () => this.riverStream(TRUMP),
      embeddedMinimal: () => this.embedded(MINIMAL),
      embeddedLean: () => this.embedded(LEAN),
      latency: () => this.latency(),
      start: () => this.start(),
    }
    return measures[key]()
  }

  private async steps(): Promise<Measured> {
    const kernel = await startContestant('kernel', this.core)
    if ('unavailable' in kernel) return { runs: [], note: kernel.unavailable }
    try {
      await kernel.prepare(HEADLINES.stepsB48, STEP_SLICE_MS)
      const runs: number[] = []
      await this.repeat(async () => void runs.push(await kernel.measure(STEP_SLICE_MS)))
      return { runs, note: 'all of it: foretide bench engine' }
    } finally {
      kernel.stop()
    }
  }

  private async backtest(flags: readonly string[]): Promise<Measured> {
    const rates: BacktestRate[] = []
    await this.repeat(async () => {
      const { core, long } = this
      const { signal } = this.options
      const { horizon } = HOURS
      const reading = [...flags, '--cadence', HOURS.cadence]
      rates.push(await measureBacktest({ file: long, horizon, flags: reading, core, signal }))
    })
    const byClock = Math.round(medianOf(rates.map(({ perSecond }) => perSecond)))
    const runs = rates.map(({ perCoreSecond }) => perCoreSecond)
    return { runs, note: `of processor time; ${byClock} by the clock` }
  }

  /** A stream is short: this side reads many series of it, the other one the same series over and over, each time with a new net. */
  private async riverStream(stream: RiverStream): Promise<Measured> {
    const theirs = join(this.options.dataFolder, 'river', `${stream.name}.csv`)
    const own = join(this.folder, `${stream.name}.csv`)
    try {
      await copyStream(stream, theirs, own)
    } catch (error) {
      if (error instanceof DatasetMissingError) return { runs: [], note: error.message }
      throw error
    }
    return this.deepRiver(own, theirs, ['--cadence', stream.cadence, '--time', 'row'])
  }

  /** In turn, so that whatever else the machine does hits both. */
  private async deepRiver(file: string, theirFile: string, reading: readonly string[]): Promise<Measured> {
    const { signal, peersDir } = this.options
    const { core } = this
    const { horizon } = DAYS
    const peer = await openDeepRiver(peersDir, signal)
    if ('unavailable' in peer) return { runs: [], note: peer.unavailable }
    const own: number[] = []
    const theirs: number[] = []
    await this.repeat(async () => {
      const flags = [...LEAN, ...reading]
      own.push((await measureBacktest({ file, horizon, flags, core, signal })).perCoreSecond)
      theirs.push(await peer.measure(theirFile, horizon, core, signal))
    })
    const note = `${Math.round(medianOf(own))} events/s against ${Math.round(medianOf(theirs))}, of processor time`
    return { runs: own.map((rate, i) => rate / theirs[i]!), note }
  }

  private async embedded(flags: readonly string[]): Promise<Measured> {
    const runs: number[] = []
    await this.repeat(async (round) => {
      const { eventsPerSecond } = await this.up('max', flags, `up${flags.join('')}-${round}`)
      runs.push(eventsPerSecond)
    })
    this.endToEnd = medianOf(runs)
    return { runs, note: 'by the clock, not pinned: feeder, forecaster and gateway in one process' }
  }

  private async latency(): Promise<Measured> {
    if (Number.isNaN(this.endToEnd)) await this.embedded(LEAN)
    // Event time passes so much faster than the clock that half of the events come that the line can take.
    const { series, cadenceMs } = HOURLY_METERS
    const perSecond = this.endToEnd / 2
    const speed = ((perSecond / series) * cadenceMs) / 1000
    const { p99Ms, p99WithStartMs } = await this.up(String(Math.max(1, Math.round(speed))), LEAN, 'up-half')
    const start =
      p99WithStartMs === null ? '' : `; ${Math.round(p99WithStartMs)} ms with the first ${WARM_UP_SECONDS} s`
    const note = `at ${Math.round(perSecond)} events/s, from the record's timestamp to the commit${start}`
    return { runs: p99Ms === null ? [] : [p99Ms], note }
  }

  private async start(): Promise<Measured> {
    const { clock, signal } = this.options
    const runs: number[] = []
    await this.repeat(async (round) => {
      const start = FORETIDE.replace(/foretide\.mjs$/, 'start.mjs')
      const dataDir = join(this.folder, `start-${round}`)
      const command = [process.execPath, start, '--port', '0', '--data-dir', dataDir, '--json']
      runs.push(await measureStart(command, () => clock.now(), signal))
      await rm(dataDir, { recursive: true, force: true })
    })
    return { runs, note: 'by the clock: what npm start runs, warm' }
  }

  private async up(speed: string, flags: readonly string[], name: string) {
    const dataDir = join(this.folder, name)
    const { signal } = this.options
    const result = await measureUp({ file: this.many, dataDir, ...HOURS, speed, flags, signal })
    await rm(dataDir, { recursive: true, force: true })
    return result
  }

  private async repeat(run: (round: number) => Promise<void>): Promise<void> {
    const { rounds, signal } = this.options
    for (let round = 0; round < rounds && !signal.aborted; round++) await run(round)
  }
}
