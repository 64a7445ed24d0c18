import { assemblePipeline, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { EXPERT_NAMES, type ExpertName, PRESETS, type Preset } from '#shared/experts/expert-names'
import { sensorEventRecord } from '#shared/feed/sensor-event-record'
import type { LogRecord } from '#shared/log/port'
import { advance } from '#shared/pipeline/advance'
import { BatchOutcome } from '#shared/pipeline/batch-outcome'
import { PartitionState } from '#shared/pipeline/partition-state'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { medianOf } from '#shared/scoring/median-of'
import { collectGarbage } from './collect-garbage.js'

/** What a choice of experts costs. */
export interface ExpertCost {
  /** A preset, or an expert beside persistence. */
  readonly name: string
  readonly experts: readonly ExpertName[]
  /** A saved series, with both slots of weights filled. */
  readonly bytesPerSeries: number
  /** Processor time of the line for an event, from its record to its forecast. */
  readonly microsecondsPerEvent: number
  /** The same beyond those of persistence alone; null of persistence and of presets. */
  readonly bytesMore: number | null
  readonly microsecondsMore: number | null
}

export interface ExpertBenchOptions {
  /** Of a pipeline with that preset; single experts are measured in `lean`. */
  readonly settings: (preset: Preset) => PipelineSettings
  /** Runs of each whose median counts. */
  readonly rounds: number
  readonly signal: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

const SERIES = 50
const ROWS = 400
/** The first rows warm up, and freeze the scales that regressions learn in. */
const WARM_ROWS = 80
const ALONE: readonly ExpertName[] = ['persistence']

/** Measure each preset, and each expert beside persistence. All choices in turn in every round, so that whatever else runs hits all of them. */
export async function measureExperts(options: ExpertBenchOptions): Promise<readonly ExpertCost[]> {
  const { rounds, signal, onProgress } = options
  const lean = options.settings('lean')
  const choices: readonly { name: string; settings: PipelineSettings; preset: boolean }[] = [
    ...PRESETS.map((preset) => ({ name: preset, settings: options.settings(preset), preset: true })),
    ...EXPERT_NAMES.map((name) => {
      const settings = { ...lean, experts: [...new Set([...ALONE, name])] }
      return { name, settings, preset: false }
    }),
  ]
    .map((choice) => ({ ...choice, settings: { ...choice.settings, learn: false } }))
    .filter(({ preset, settings }) => preset || isThere(settings))
  const records = makeRecords(lean.cadenceMs, lean.season)
  const times = choices.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [c, { settings }] of choices.entries()) {
      if (signal.aborted) return []
      // Of two in a row the first has compiled anew what the choice before it did not use, and does not count.
      microsecondsPerEvent(settings, records)
      times[c]!.push(microsecondsPerEvent(settings, records))
      onProgress?.(round * choices.length + c + 1, rounds * choices.length)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const costs = choices.map(({ name, settings, preset }, c) => {
    const { line } = assemblePipeline(settings)
    return {
      name,
      experts: settings.experts,
      preset,
      bytes: line.stateBytes,
      microseconds: medianOf(times[c]!),
    }
  })
  const base = costs.find(({ name }) => name === ALONE[0])!
  return costs.map(({ name, experts, preset, bytes, microseconds }) => ({
    ...{ name, experts, bytesPerSeries: bytes, microsecondsPerEvent: microseconds },
    bytesMore: preset || name === base.name ? null : bytes - base.bytes,
    microsecondsMore: preset || name === base.name ? null : microseconds - base.microseconds,
  }))
}

/** Some experts say something of certain data only. */
function isThere(settings: PipelineSettings): boolean {
  const { line } = assemblePipeline(settings)
  return line.experts.length === settings.experts.length
}

function microsecondsPerEvent(settings: PipelineSettings, records: readonly LogRecord[]): number {
  const { line } = assemblePipeline(settings)
  const weights = line.engine.load(pipelineUntrainedWeights(settings))
  const partition = new PartitionState(0, { weights, lane: 0 })
  const batch = settings.batchMax
  collectGarbage()
  let used = 0
  let events = 0
  for (let from = 0; from < records.length; from += batch) {
    const some = records.slice(from, from + batch)
    const before = process.cpuUsage()
    advance(line, partition, some, new BatchOutcome(0))
    const { user, system } = process.cpuUsage(before)
    if (from < WARM_ROWS * SERIES) continue
    used += user + system
    events += some.length
  }
  return used / events
}

function makeRecords(cadenceMs: number, season: number): readonly LogRecord[] {
  const random = new SeededRandom(5)
  const startMs = Math.ceil(Date.UTC(2024, 0, 1) / cadenceMs) * cadenceMs
  return Array.from({ length: SERIES * ROWS }, (_, offset) => {
    const [row, s] = [Math.floor(offset / SERIES), offset % SERIES]
    const timeMs = startMs + row * cadenceMs
    const value = 50 + 10 * Math.sin((2 * Math.PI * (row + s)) / season) + random.uniform(-1, 1)
    return { offset, ...sensorEventRecord({ series: `meter-${s}`, timeMs, value }, 0, timeMs, []) }
  })
}
