import type { ExpertView } from '#shared/experts/expert'
import type { Forecast } from '#shared/forecast/forecast'
import type { NumberSlab } from '#shared/forecast/number-slab'
import {
  EXPERTS,
  HALF_WIDTHS,
  MEAN,
  MEDIAN,
  NAIVE,
  ORIGIN,
  SHADOW,
  SHADOW_VERSION,
  VERSION,
} from '#shared/forecast/pending-forecasts'
import { BANDS } from '#shared/forecast/quantile-levels'
import type { BatchOutcome } from './batch-outcome.js'
import { type ForecastLine, WARM_STEPS } from './forecast-line.js'
import { priorScale } from './match-outcomes.js'
import { mixExperts } from './mix-experts.js'
import type { PartitionState } from './partition-state.js'
import type { Wave, WaveEntry } from './wave.js'
import type { WaveBuffers } from './wave-buffers.js'

/** Observed samples, in seasons, from which on a forecast is called live. */
const LIVE_SEASONS = 2

/** Mix the experts, put bands around the median, keep what the knots must remember, and publish. */
export function issueForecasts(
  line: ForecastLine,
  partition: PartitionState,
  wave: Wave,
  buffers: WaveBuffers,
  outcome: BatchOutcome,
): void {
  const { horizon } = line.options
  for (let b = 0; b < wave.length; b++) {
    const entry = wave[b]
    const { state, sample } = entry
    if (!sample.observed) continue
    if (state.samples < 2) {
      const value = {
        series: state.id,
        event: 'warming',
        timeMs: sample.timeMs,
        offset: sample.offset,
      } as const
      outcome.addLifecycle(entry.sequence, entry.cause, { ...value, timestampMs: sample.timestampMs })
      continue
    }
    const view: ExpertView = {
      numbers: state.numbers,
      index: sample.index,
      value: entry.taken,
      samples: state.samples,
      dayAhead: buffers.dayAhead,
      ahead: buffers.ahead,
      aheadAt: b * (horizon + 1),
      leadsAt: b * horizon,
      head: buffers.serving,
      regressed: buffers.regressed,
      readOut: buffers.readOut,
      fastReadOut: buffers.fastReadOut,
      logRegressed: buffers.logRegressed,
    }
    const cold =
      line.usesNet &&
      partition.serving.weights.version > 0 &&
      state.laneSteps[partition.serving.lane] < WARM_STEPS
    if (cold) {
      buffers.serving.fill(0, view.leadsAt, view.leadsAt + horizon)
      entry.flags.push('cold-weights')
    }
    mixExperts(line, view, line.mixed)
    line.bands.halfWidths(state.numbers, sample.index, priorScale(line, state.numbers), line.halfWidths)
    remember(line, partition, entry, view, buffers.shadow)
    if (outcome.publishes(entry.cause)) outcome.addForecast(entry.sequence, assemble(line, partition, entry))
  }
}

/** Keep the forecast for the knots' targets until their outcomes come. */
function remember(
  line: ForecastLine,
  partition: PartitionState,
  { state, sample }: WaveEntry,
  view: ExpertView,
  shadowHead: Float32Array,
): void {
  const { numbers } = state
  const { mixed, halfWidths } = line
  const { horizon } = line.options
  const { shadow, serving } = partition
  const { history } = line.encoder
  const count = line.experts.length
  const seasonSeen = state.samples >= line.season.main
  const { head, pending, seasonLags, naiveLags } = line
  // A week ago, or yesterday while there was no such week.
  const lags = state.samples < line.naivePeriod ? seasonLags : naiveLags
  const shadowWarm = shadow !== null && state.laneSteps[shadow.lane] >= WARM_STEPS
  for (let knot = 0; knot < line.knots.leads.length; knot++) {
    const lead = line.knots.leads[knot] - 1
    const at = pending.place(knot, sample.index)
    numbers[at + ORIGIN] = sample.index
    numbers[at + MEAN] = mixed.mean[lead]
    numbers[at + MEDIAN] = mixed.median[lead]
    for (let band = 0; band < BANDS.length; band++) {
      numbers[at + HALF_WIDTHS + band] = halfWidths[band * horizon + lead]
    }
    numbers[at + VERSION] = serving.weights.version
    numbers[at + SHADOW] = shadowWarm && head ? head.drawn(view, lead, shadowHead[view.leadsAt + lead]) : 0
    numbers[at + SHADOW_VERSION] = shadowWarm ? shadow.weights.version : -1
    const naive = history.get(numbers, sample.index + lags[knot])
    numbers[at + NAIVE] = seasonSeen ? naive : Number.NaN
    for (let e = 0, from = lead; e < count; e++, from += horizon) {
      numbers[at + EXPERTS + e] = mixed.experts[from]
    }
    if (head && pending.head >= 0)
      numbers[at + pending.head] = head.alone(view, view.head[view.leadsAt + lead])
  }
}

/** Weights that are on their way through the recent samples are warming, as a new series is. */
function phaseOf(
  line: ForecastLine,
  { serving }: PartitionState,
  { state, flags }: WaveEntry,
): Forecast['phase'] {
  const catchesUp = state.laneSteps[serving.lane] < 0
  if (flags.includes('cold-weights') && !catchesUp) return 'degraded'
  return catchesUp || state.samples < LIVE_SEASONS * line.season.main ? 'warming' : 'live'
}

function assemble(line: ForecastLine, partition: PartitionState, entry: WaveEntry): Forecast {
  const { state, sample, flags } = entry
  const { mixed, slab, scores, scoredKnots } = line
  const { horizon, keepExperts } = line.options
  const quantiles = slab.take(line.fan.levels.length * horizon)
  // A band may leave the range observed so far, but not pass a bound: no outcome lies there.
  line.fan.spread(mixed.median, line.halfWidths, mixed.floor, mixed.ceiling, quantiles)
  const coverage = slab.take(BANDS.length * scoredKnots.length)
  const skill = slab.take(scoredKnots.length)
  for (let k = 0; k < scoredKnots.length; k++) {
    skill[k] = scores.skill(state.numbers, scoredKnots[k])
    for (let band = 0; band < BANDS.length; band++) {
      coverage[band * scoredKnots.length + k] = scores.coverage(state.numbers, scoredKnots[k], band)
    }
  }
  return {
    series: state.id,
    originTimeMs: sample.timeMs,
    value: sample.value,
    offset: sample.offset,
    timestampMs: sample.timestampMs,
    yhat: copied(slab, mixed.mean),
    quantiles,
    shares: copied(slab, mixed.shares),
    coverage,
    skill,
    // Of −0 this makes 0.
    anomaly: entry.anomaly + 0,
    weightsVersion: partition.serving.weights.version,
    phase: phaseOf(line, partition, entry),
    flags,
    experts: keepExperts ? copied(slab, mixed.experts) : null,
  }
}

function copied(slab: NumberSlab, numbers: Float64Array): Float64Array {
  const copy = slab.take(numbers.length)
  copy.set(numbers)
  return copy
}
