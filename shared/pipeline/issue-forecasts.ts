import type { ExpertView } from '#shared/experts/expert'
import type { Forecast } from '#shared/forecast/forecast'
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
import { type Mixed, mixExperts } from './mix-experts.js'
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
      leadsAt: b * horizon,
      head: buffers.serving,
      regressed: buffers.regressed,
      readOut: buffers.readOut,
      logRegressed: buffers.logRegressed,
    }
    const cold = partition.serving.weights.version > 0 && state.laneSteps[partition.serving.lane] < WARM_STEPS
    if (cold) {
      buffers.serving.fill(0, view.leadsAt, view.leadsAt + horizon)
      entry.flags.push('cold-weights')
    }
    const mixed = mixExperts(line, view)
    const halfWidths = new Float64Array(BANDS.length * horizon)
    line.bands.halfWidths(state.numbers, sample.index, priorScale(line, state.numbers), halfWidths)
    remember(line, partition, entry, mixed, halfWidths, buffers.shadow, b * horizon)
    if (outcome.publishes(entry.cause)) {
      outcome.addForecast(entry.sequence, assemble(line, partition, entry, mixed, halfWidths))
    }
  }
}

/** Keep the forecast for the knots' targets until their outcomes come. */
function remember(
  line: ForecastLine,
  partition: PartitionState,
  { state, sample, taken }: WaveEntry,
  mixed: Mixed,
  halfWidths: Float64Array,
  shadowHead: Float32Array,
  headAt: number,
): void {
  const { numbers } = state
  const { horizon } = line.options
  const { shadow, serving } = partition
  const spread = line.encoder.scale.spread(numbers)
  const shadowWarm = shadow !== null && state.laneSteps[shadow.lane] >= WARM_STEPS
  for (let knot = 0; knot < line.knots.leads.length; knot++) {
    const lead = line.knots.leads[knot] - 1
    const at = line.pending.place(knot, sample.index)
    numbers[at + ORIGIN] = sample.index
    numbers[at + MEAN] = mixed.mean[lead]
    numbers[at + MEDIAN] = mixed.median[lead]
    for (let band = 0; band < BANDS.length; band++) {
      numbers[at + HALF_WIDTHS + band] = halfWidths[band * horizon + lead]
    }
    numbers[at + VERSION] = serving.weights.version
    numbers[at + SHADOW] = shadowWarm ? taken + spread * shadowHead[headAt + lead] : 0
    numbers[at + SHADOW_VERSION] = shadowWarm ? shadow.weights.version : -1
    numbers[at + NAIVE] = naive(line, state.samples, numbers, sample.index, lead + 1)
    for (let e = 0; e < line.experts.length; e++)
      numbers[at + EXPERTS + e] = mixed.experts[e * horizon + lead]
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

function naive(
  line: ForecastLine,
  samples: number,
  numbers: Float64Array,
  index: number,
  lead: number,
): number {
  const period = line.naivePeriod
  if (samples < period) return Number.NaN
  return line.encoder.history.get(numbers, index + lead - period * Math.ceil(lead / period))
}

function assemble(
  line: ForecastLine,
  partition: PartitionState,
  entry: WaveEntry,
  mixed: Mixed,
  halfWidths: Float64Array,
): Forecast {
  const { state, sample, flags } = entry
  const { floor, ceiling } = mixed.range
  return {
    series: state.id,
    originTimeMs: sample.timeMs,
    value: sample.value,
    offset: sample.offset,
    timestampMs: sample.timestampMs,
    yhat: mixed.mean,
    // A band may leave the range observed so far, but not pass a bound: no outcome lies there.
    quantiles: line.fan.spread(mixed.median, halfWidths, floor, ceiling),
    shares: mixed.shares,
    coverage: BANDS.map((_, band) =>
      line.scoredKnots.map((knot) => line.scores.coverage(state.numbers, knot, band)),
    ),
    skill: line.scoredKnots.map((knot) => line.scores.skill(state.numbers, knot)),
    anomaly: entry.anomaly,
    weightsVersion: partition.serving.weights.version,
    phase: phaseOf(line, partition, entry),
    flags,
    experts: line.options.keepExperts ? mixed.experts : null,
  }
}
