import type { Clock } from '#shared/clock/clock'
import { assemblePipeline, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { weightsRecord } from '#shared/contracts/weights-records'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { LogRecord } from '#shared/log/port'
import { advance } from '#shared/pipeline/advance'
import { BatchOutcome } from '#shared/pipeline/batch-outcome'
import type { WeightsDecisionKind } from '#shared/pipeline/decision'
import { obeyDecision } from '#shared/pipeline/obey-decision'
import { PartitionState } from '#shared/pipeline/partition-state'
import { WeightsLibrary } from '#shared/pipeline/weights-library'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'

/** What happens before the first batch of a phase. */
const SWAP_PHASES = ['none', 'promotion', 'pin'] as const
export type SwapPhase = (typeof SWAP_PHASES)[number]

/** Times of the batches of one phase, milliseconds: on the wall, and of this process on a processor. */
export interface SwapFigures {
  readonly phase: SwapPhase
  readonly batches: number
  readonly medianMs: number
  readonly p99Ms: number
  readonly maxMs: number
  readonly medianCpuMs: number
  readonly p99CpuMs: number
}

export interface SwapReport {
  readonly series: number
  readonly batch: number
  /** Of a series' state as it is saved. */
  readonly stateBytes: number
  /** Memory of the process with all series in it. */
  readonly residentBytes: number
  readonly phases: readonly SwapFigures[]
}

export interface SwapBenchOptions {
  readonly settings: PipelineSettings
  readonly series: number
  /** Records of a batch. */
  readonly batch: number
  /** Times that every series is read in each phase: a pinned version catches up for seven. */
  readonly passes: number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onProgress: (done: number, total: number) => void
}

/** Samples of the series that all others are made from. */
const HISTORY = 400
/** Batches in which the code is compiled, and which are not counted. */
const WARM_UP_BATCHES = 20
const START = Date.UTC(2026, 0, 5)
const utf8 = new TextEncoder()

/**
 * How long batches take with many series in memory: while nothing happens, after a promotion of the version that shadows, and
 * after a pin of one that does not. Everything but the log: records in, records of forecasts and scores out.
 */
export async function runSwapBench(options: SwapBenchOptions): Promise<SwapReport> {
  const { settings, series, batch, passes, signal, onProgress } = options
  const { line, wire } = assemblePipeline(settings)
  const log = new MemoryLog()
  const { weights: topic } = settings.topics
  await log.createTopics([{ topic, partitions: 1, cleanup: 'compact' }])
  const library = new WeightsLibrary(line.engine, wire, pipelineUntrainedWeights(settings), {
    refused: (_, error) => {
      throw error
    },
  })
  for (const version of [1, 2, 3]) await log.append(topic, [weightsRecord(versionOf(settings, version))])
  await library.catchUp(log, topic)
  const partition = new PartitionState(0, { weights: library.acquire(1), lane: 0 })
  const decide = (kind: WeightsDecisionKind, version: number) =>
    obeyDecision(partition, library, { offset: 0, kind, version, influence: -1 })
  decide('challenge', 2)

  const records = new Readings(settings.cadenceMs)
  for (let cell = 0; cell < HISTORY; cell++) {
    advance(line, partition, [records.next('model', cell)], new BatchOutcome(0))
  }
  const model = partition.series.get('model')!
  const saved = wire.series(0, model, line).value!
  for (let s = 0; s < series; s++) {
    partition.series.set(`s${s}`, wire.readSeries(`s${s}`, saved, line))
    if (s % 1000 === 0) {
      onProgress(s, series)
      // Ctrl-C is heard between two turns of the event loop.
      await new Promise((resolve) => setImmediate(resolve))
      if (signal.aborted) break
    }
  }

  let cell = HISTORY
  let warmUp = WARM_UP_BATCHES
  const phases: SwapFigures[] = []
  for (const phase of SWAP_PHASES) {
    const wall: number[] = []
    const cpu: number[] = []
    for (let pass = 0; pass < passes && !signal.aborted; pass++, cell++) {
      for (let first = 0; first < series && !signal.aborted; first += batch) {
        const ids = Array.from({ length: Math.min(batch, series - first) }, (_, i) => `s${first + i}`)
        const given = ids.map((id) => records.next(id, cell))
        const [wallFrom, cpuFrom] = [performance.now(), process.cpuUsage()]
        if (pass === 0 && first === 0 && phase === 'promotion') decide('promote', 2)
        if (pass === 0 && first === 0 && phase === 'pin') decide('pin', 3)
        const outcome = new BatchOutcome(0)
        advance(line, partition, given, outcome)
        for (const forecast of outcome.forecasts) wire.forecast(0, forecast)
        for (const score of outcome.scores) wire.score(0, score)
        const { user, system } = process.cpuUsage(cpuFrom)
        const wallMs = performance.now() - wallFrom
        if (warmUp > 0) warmUp--
        else {
          wall.push(wallMs)
          cpu.push((user + system) / 1000)
        }
        onProgress(phases.length * passes * series + pass * series + first, 3 * passes * series)
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    phases.push(figuresOf(phase, wall, cpu))
  }
  const { rss: residentBytes } = process.memoryUsage()
  return { series, batch, stateBytes: saved.length, residentBytes, phases }
}

/** Readings of an hour-of-day pattern, with the offsets of one partition. */
class Readings {
  private offset = 0

  constructor(private readonly cadenceMs: number) {}

  next(series: string, cell: number): LogRecord {
    const time = START + cell * this.cadenceMs
    const value = 20 + 5 * Math.sin((2 * Math.PI * cell) / 24) + Math.sin(cell * cell)
    const body = JSON.stringify({ series, time, value })
    const [key, bytes] = [utf8.encode(series), utf8.encode(body)]
    return { offset: this.offset++, key, value: bytes, headers: [], timestamp: time }
  }
}

function versionOf(settings: PipelineSettings, version: number): RecurrentWeights {
  const { manifest, values } = pipelineUntrainedWeights({ ...settings, seed: settings.seed + version })
  return { manifest: { ...manifest, version, trainedToMs: 0, samples: 1 }, values }
}

function figuresOf(phase: SwapPhase, wall: readonly number[], cpu: readonly number[]): SwapFigures {
  const at = (values: readonly number[], share: number) => {
    const sorted = [...values].sort((a, b) => a - b)
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
  }
  return {
    ...{ phase, batches: wall.length, medianMs: at(wall, 0.5), p99Ms: at(wall, 0.99), maxMs: at(wall, 1) },
    ...{ medianCpuMs: at(cpu, 0.5), p99CpuMs: at(cpu, 0.99) },
  }
}
