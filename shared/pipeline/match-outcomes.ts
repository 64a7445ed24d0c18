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
import {
  CRPS,
  EXPERT_ERRORS,
  HALF_WIDTH,
  MEDIAN_THEN,
  NAIVE_ERROR,
  type Score,
  SERVED,
  SHADOW_ERROR,
  SHADOWED,
  YHAT,
} from '#shared/forecast/score'
import { crpsOfBands } from '#shared/scoring/crps'
import type { BatchOutcome } from './batch-outcome.js'
import type { ForecastLine } from './forecast-line.js'
import { boundForecasts } from './mix-experts.js'
import type { PartitionState } from './partition-state.js'
import type { Wave, WaveEntry } from './wave.js'

/**
 * A surprise is measured against no less than this share of the running spread. What a stuck sensor's forecasts err by
 * falls without end; once it moves again, clips of that size would take for ever to become as wide as the series.
 */
const SCALE_MIN = 0.001

/** Score what was forecast for the samples of a wave, and let the experts' weights and the bands learn from it. */
export function matchOutcomes(
  line: ForecastLine,
  { serving }: PartitionState,
  wave: Wave,
  outcome: BatchOutcome,
): void {
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
    line.pending.find(state.numbers, sample.index, line.matured)
    judgeSample(line, entry)
    const score = line.options.scores && outcome.publishes(entry.cause) ? scoreOf(line, entry) : null
    if (score) outcome.addScore(entry.sequence, score)
    learnFromMatured(line, entry, serving.weights.version)
  }
}

/** How surprising the sample is, and what of it may move the state. */
function judgeSample(line: ForecastLine, entry: WaveEntry): void {
  const { state, sample } = entry
  const { numbers } = state
  line.jumps.learn(numbers, sample.value)
  const at = line.matured[0]
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
    line.translate(state, sample.index, sample.value - unshifted(line, entry), CLIP_RUN_MAX)
    line.pending.outdate(numbers, sample.index)
  }
}

/**
 * What would have come but for a shift that is believed now: forecasts have gone part of the way by the clipped samples, and what is remembered
 * has not.
 */
function unshifted(line: ForecastLine, { state, sample }: WaveEntry): number {
  const { numbers } = state
  const { encoder } = line
  const moved =
    encoder.expected(numbers, sample.index) - encoder.expected(numbers, sample.index - CLIP_RUN_MAX)
  return line.jumps.forecastBefore(numbers) + moved
}

/** @param serving version of the weights that serve now */
function learnFromMatured(line: ForecastLine, { state, sample, taken }: WaveEntry, serving: number): void {
  const { numbers } = state
  const unit = line.encoder.scale.spread(numbers)
  const prior = priorScale(line, numbers)
  const learns = state.samples >= line.learnFrom
  const { value, index } = sample
  const { matured } = line
  const came = { taken, unit, serving }
  for (let knot = 0; knot < matured.length; knot++) {
    const at = matured[knot]
    if (at < 0) continue
    const median = numbers[at + MEDIAN]
    const naiveError = Math.abs(value - numbers[at + NAIVE])
    line.scores.learn(numbers, knot, Math.abs(value - median), naiveError, numbers, at + HALF_WIDTHS)
    if (!line.pending.teaches(numbers, at)) continue
    line.bands.learn(numbers, knot, index, Math.abs(taken - median), numbers, at + HALF_WIDTHS, prior)
    if (!learns) continue
    // Where samples are missing between origin and target more had been: an expert then counts as ready a little later than it was.
    const known = state.samples + 1 - line.knots.leads[knot]
    line.mean.learn(numbers, knot, taken, numbers[at + MEAN], unit, known, numbers, at + EXPERTS)
    line.median.learn(numbers, knot, taken, median, unit, known, numbers, at + EXPERTS)
    if (line.recurrent >= 0) learnOfHead(line, numbers, knot, at, came)
  }
}

/**
 * Learn how far the head is to be believed. While nobody has trained it, it says what persistence says: what that earned is not the
 * trained one's.
 */
function learnOfHead(
  { mean, median, pending, recurrent, autoregressed, headGain }: ForecastLine,
  numbers: Float64Array,
  knot: number,
  at: number,
  { taken, unit, serving }: { readonly taken: number; readonly unit: number; readonly serving: number },
): void {
  if (numbers[at + VERSION] > 0) {
    if (headGain === null) return
    const said = numbers[at + EXPERTS + autoregressed]
    headGain.learn(numbers, knot, (numbers[at + pending.head] - said) / unit, (taken - said) / unit)
  } else if (serving > 0) {
    mean.forget(numbers, knot, recurrent)
    median.forget(numbers, knot, recurrent)
  }
}

/** Absolute one-step error to expect before any forecast has matured: wide on purpose, and never 0. */
export function priorScale(line: ForecastLine, numbers: Float64Array): number {
  return Math.max(1.5 * line.encoder.scale.absoluteStep(numbers), 0.1 * line.encoder.scale.spread(numbers))
}

/** What was forecast of a sample, lead by lead, beside what came; null when nothing was. */
function scoreOf(line: ForecastLine, { state, sample }: WaveEntry): Score | null {
  const { numbers } = state
  const { value, timeMs: targetTimeMs, offset, timestampMs } = sample
  const { matured, mixed } = line
  const all = line.knots.leads
  let count = 0
  for (let knot = 0; knot < all.length; knot++) if (matured[knot] >= 0) count++
  if (count === 0) return null
  const experts = line.experts.length
  // Where the series' own bounds stand now, they stood when the fan was cut off there, but for a few steps after one is found or broken.
  boundForecasts(line, numbers, mixed)
  const rows = line.slab.take((EXPERT_ERRORS + experts) * count)
  const leads = count === all.length ? all : all.filter((_, k) => matured[k] >= 0)
  let k = 0
  for (let knot = 0; knot < all.length; knot++) {
    const at = matured[knot]
    if (at < 0) continue
    const median = numbers[at + MEDIAN]
    rows[YHAT * count + k] = numbers[at + MEAN]
    rows[MEDIAN_THEN * count + k] = median
    for (let band = 0; band < BANDS.length; band++) {
      rows[(HALF_WIDTH + band) * count + k] = numbers[at + HALF_WIDTHS + band]
    }
    rows[CRPS * count + k] = crpsOfBands(median, numbers, at + HALF_WIDTHS, value, mixed.floor, mixed.ceiling)
    rows[NAIVE_ERROR * count + k] = Math.abs(value - numbers[at + NAIVE])
    rows[SERVED * count + k] = numbers[at + VERSION]
    const shadowed = numbers[at + SHADOW_VERSION]
    rows[SHADOW_ERROR * count + k] = shadowed >= 0 ? Math.abs(value - numbers[at + SHADOW]) : Number.NaN
    rows[SHADOWED * count + k] = shadowed
    for (let e = 0; e < experts; e++) {
      rows[(EXPERT_ERRORS + e) * count + k] = Math.abs(value - numbers[at + EXPERTS + e])
    }
    k++
  }
  return { series: state.id, targetTimeMs, value, offset, timestampMs, leads, rows }
}
