import { CLIP_RUN_MAX, takeSample } from '#shared/calibration/take-sample'
import {
  EXPERTS,
  HALF_WIDTHS,
  MEAN,
  MEDIAN,
  NAIVE,
  SHADOW,
  SHADOW_VERSION,
  VERSION,
} from '#shared/forecast/pending-forecasts'
import { BANDS } from '#shared/forecast/quantile-levels'
import type { Score } from '#shared/forecast/score'
import { crpsOfBands } from '#shared/scoring/crps'
import type { BatchOutcome } from './batch-outcome.js'
import type { ForecastLine } from './forecast-line.js'
import type { Wave, WaveEntry } from './wave.js'

/**
 * A surprise is measured against no less than this share of the running spread. What a stuck sensor's forecasts err by
 * falls without end; once it moves again, clips of that size would take for ever to become as wide as the series.
 */
const SCALE_MIN = 0.001

/** Score what was forecast for the samples of a wave, and let the experts' weights and the bands learn from it. */
export function matchOutcomes(line: ForecastLine, wave: Wave, outcome: BatchOutcome): void {
  for (const entry of wave) {
    const { state, sample } = entry
    if (entry.fresh) line.resetModel(state)
    if (sample.skipped > 0) {
      line.bridge(state, sample)
      line.breakOff(state)
      entry.flags.push('gap')
    }
    if (!sample.observed) {
      entry.taken = line.encoder.expected(state.numbers, sample.index)
      continue
    }
    judgeSample(line, entry)
    const score = learnFromMatured(line, entry, outcome.publishes(entry.cause))
    if (score) outcome.addScore(entry.sequence, score)
  }
}

/** How surprising the sample is, and what of it may move the state. */
function judgeSample(line: ForecastLine, entry: WaveEntry): void {
  const { state, sample } = entry
  const { numbers } = state
  line.jumps.learn(numbers, sample.value)
  const at = line.pending.find(numbers, 0, sample.index)
  if (at < 0) return
  const forecast = numbers[at + MEDIAN]
  const judged = takeSample({
    value: sample.value,
    median: forecast,
    scale: Math.max(
      line.bands.anomalyScale(numbers, sample.index),
      SCALE_MIN * line.encoder.scale.spread(numbers),
    ),
    known: line.bands.count(numbers, 0),
    knownMin: Math.max(50, 2 * line.season.main),
    clipRun: state.clipRun,
    believed: line.jumps.believes(numbers, sample.value - forecast),
  })
  const spread = line.encoder.scale.spread(numbers)
  const { main } = line.season
  const known = state.samples > main
  const seasonBefore = known ? line.encoder.history.get(numbers, sample.index - main) : Number.NaN
  entry.anomaly = line.anomalies.judge(numbers, { value: sample.value, forecast, seasonBefore, spread })
  if (judged.jump) line.jumps.note(numbers, forecast, sample.value - forecast)
  entry.taken = judged.taken
  state.clipRun = judged.clipRun
  if (judged.flag) entry.flags.push(judged.flag)
  if (Math.abs(judged.clipRun) === CLIP_RUN_MAX + 1) {
    line.translate(state, sample.index, sample.value - forecast, CLIP_RUN_MAX)
    line.pending.outdate(numbers, sample.index)
  }
}

function learnFromMatured(line: ForecastLine, entry: WaveEntry, wanted: boolean): Score | null {
  const { state, sample, taken } = entry
  const { numbers } = state
  const unit = line.encoder.scale.spread(numbers)
  const prior = priorScale(line, numbers)
  const learns = state.samples >= line.learnFrom
  const score = wanted ? emptyScore(entry) : null
  for (let knot = 0; knot < line.knots.leads.length; knot++) {
    const at = line.pending.find(numbers, knot, sample.index)
    if (at < 0) continue
    const median = numbers[at + MEDIAN]
    const raw = Math.abs(sample.value - median)
    if (score) record(line, score, numbers, knot, at, sample.value)
    line.scores.learn(
      numbers,
      knot,
      raw,
      Math.abs(sample.value - numbers[at + NAIVE]),
      numbers,
      at + HALF_WIDTHS,
    )
    if (!line.pending.teaches(numbers, at)) continue
    line.bands.learn(numbers, knot, sample.index, Math.abs(taken - median), numbers, at + HALF_WIDTHS, prior)
    if (!learns) continue
    line.mean.learn(numbers, knot, taken, numbers[at + MEAN], unit, numbers, at + EXPERTS)
    line.median.learn(numbers, knot, taken, median, unit, numbers, at + EXPERTS)
  }
  return score && score.leads.length > 0 ? score : null
}

/** Absolute one-step error to expect before any forecast has matured: wide on purpose, and never 0. */
export function priorScale(line: ForecastLine, numbers: Float64Array): number {
  return Math.max(1.5 * line.encoder.scale.absoluteStep(numbers), 0.1 * line.encoder.scale.spread(numbers))
}

type Growing<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] }

function emptyScore({ state, sample }: WaveEntry): Growing<Score> {
  return {
    series: state.id,
    targetTimeMs: sample.timeMs,
    value: sample.value,
    offset: sample.offset,
    timestampMs: sample.timestampMs,
    leads: [],
    versions: [],
    yhat: [],
    median: [],
    halfWidths: [],
    crps: [],
    naive: [],
    experts: [],
    shadow: [],
    shadowVersions: [],
  }
}

function record(
  line: ForecastLine,
  score: Growing<Score>,
  numbers: Float64Array,
  knot: number,
  at: number,
  value: number,
): void {
  const halfWidths = Array.from(numbers.subarray(at + HALF_WIDTHS, at + HALF_WIDTHS + BANDS.length))
  score.leads.push(line.knots.leads[knot])
  score.versions.push(numbers[at + VERSION])
  score.yhat.push(numbers[at + MEAN])
  score.median.push(numbers[at + MEDIAN])
  score.halfWidths.push(halfWidths)
  score.crps.push(crpsOfBands(numbers[at + MEDIAN], halfWidths, value))
  score.naive.push(Math.abs(value - numbers[at + NAIVE]))
  const errors: number[] = []
  for (let e = 0; e < line.experts.length; e++) errors.push(Math.abs(value - numbers[at + EXPERTS + e]))
  score.experts.push(errors)
  const shadowVersion = numbers[at + SHADOW_VERSION]
  score.shadow.push(shadowVersion >= 0 ? Math.abs(value - numbers[at + SHADOW]) : Number.NaN)
  score.shadowVersions.push(shadowVersion)
}
