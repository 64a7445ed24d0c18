import { setImmediate } from 'node:timers/promises'
import type { Clock } from '#shared/clock/clock'
import { assemblePipeline, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { sensorEventRecord } from '#shared/feed/sensor-event-record'
import { advance } from '#shared/pipeline/advance'
import { BatchOutcome } from '#shared/pipeline/batch-outcome'
import { PartitionState } from '#shared/pipeline/partition-state'
import { cadenceOf, type NabFile } from './nab-corpus.js'
import { NAB_PROFILES, type NabProfile, type NabScore, type ScoredFile, scoreNab } from './nab-scorer.js'

export interface NabReport {
  readonly files: number
  readonly rows: number
  readonly rowsPerSecond: number
  readonly profiles: Readonly<Record<NabProfile['name'], NabScore>>
  /** Samples at or above 1, the score that the product calls an anomaly, per 10,000. */
  readonly alarmsPer10k: number
}

export interface NabProgress {
  readonly rows: number
  readonly total: number
  readonly rowsPerSecond: number
  readonly secondsLeft: number
}

export interface NabBenchOptions {
  readonly corpus: readonly NabFile[]
  /** Whatever is the same for all files; cadence and season follow from each file's spacing. */
  readonly settings: PipelineSettings
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onProgress?: (progress: NabProgress) => void
  readonly onFile?: (file: NabFile, scores: Float64Array) => void
}

const DAY_MS = 86_400_000
/** Rows per batch: progress is told and signals are heard in between. */
const CHUNK = 1000
/** Longest season: a day of five minutes. */
const SEASON_MAX = 288
/** Season of a file too short to show three days. */
const SHORT_SEASON = 24

/** Run the corpus through the product's own line, file by file, and score the anomaly scores that it publishes. */
export async function runNabBench(options: NabBenchOptions): Promise<NabReport> {
  const { corpus, clock, signal, onProgress, onFile } = options
  const total = corpus.reduce((sum, { values }) => sum + values.length, 0)
  const beganMs = clock.now()
  const scored: ScoredFile[] = []
  let rows = 0
  let alarms = 0
  for (const file of corpus) {
    const scores = new Float64Array(file.values.length)
    for (const [row, score] of anomaliesOf(file, options.settings)) {
      scores[row] = score
      if (score >= 1) alarms++
      if (++rows % CHUNK !== 0) continue
      const rowsPerSecond = rows / Math.max(0.001, (clock.now() - beganMs) / 1000)
      onProgress?.({ rows, total, rowsPerSecond, secondsLeft: (total - rows) / rowsPerSecond })
      await setImmediate()
      if (signal.aborted) break
    }
    if (signal.aborted) break
    scored.push({ scores, windows: file.windows })
    onFile?.(file, scores)
  }
  const profiles = Object.fromEntries(
    NAB_PROFILES.map((profile) => [profile.name, scoreNab(scored, profile)]),
  ) as NabReport['profiles']
  const seconds = Math.max(0.001, (clock.now() - beganMs) / 1000)
  return {
    files: scored.length,
    rows,
    rowsPerSecond: Math.round(rows / seconds),
    profiles,
    alarmsPer10k: (1e4 * alarms) / rows,
  }
}

/** The published anomaly score of each row; rows are counted, so that no gap or change of the clock takes one away. */
function* anomaliesOf(file: NabFile, shared: PipelineSettings): Generator<readonly [number, number]> {
  const cadenceMs = cadenceOf(file)
  const day = Math.min(SEASON_MAX, Math.max(1, Math.round(DAY_MS / cadenceMs)))
  const season = file.values.length < 3 * day ? Math.min(day, SHORT_SEASON) : day
  const settings: PipelineSettings = { ...shared, cadenceMs, season }
  const { line } = assemblePipeline(settings)
  const weights = line.engine.load(pipelineUntrainedWeights(settings))
  const partition = new PartitionState(0, { weights, lane: 0 })
  for (let from = 0; from < file.values.length; from += CHUNK) {
    const values = file.values.slice(from, from + CHUNK)
    const records = values.map((value, i) => {
      const row = from + i
      const timeMs = file.timesMs[0]! + row * cadenceMs
      const event = sensorEventRecord({ series: file.name, timeMs, value }, 0, timeMs, [])
      return { ...event, offset: row, timestamp: timeMs }
    })
    const outcome = new BatchOutcome(0)
    advance(line, partition, records, outcome)
    const scores = new Float64Array(values.length)
    for (const { offset, anomaly } of outcome.forecasts) scores[offset - from] = anomaly
    for (const [i, score] of scores.entries()) yield [from + i, score]
  }
}
