import type { Knots } from '#shared/forecast/knots'
import { BANDS } from '#shared/forecast/quantile-levels'
import { phaseOf, type Season } from '#shared/series/season'
import type { StateLayout } from '#shared/series-state/state-layout'

const BAND_COUNT = BANDS.length
/** Step of the quantile tracking, per outcome. */
const LEARNING_RATE = 0.02
/** Multipliers of the running mean error that a band starts from: wide of what a normal distribution needs. */
const START = [0.8, 1.6, 2.6] as const
/** A bin's relative error never counts as less than this. */
const BIN_MIN = 0.05
/** Weight, in outcomes, of the prior scale that a knot starts from. */
const PRIOR = 3

/**
 * Half widths of the central bands around the median, tracked per knot and time of day.
 *
 * With m the running mean absolute error of a knot, r[p] the relative error in time-of-day bin p and q the multiplier of
 * a band of coverage c: half width = q · s, s = m · max(0.05, r[p]). When an outcome with absolute error a matures:
 *
 *     x = min(20, a / m)        r[p] += max(0.1 / samples per bin, 1 / (count[p] + 3)) (x − r[p])
 *     m += (a / max(0.05, r[p]) − m) / min(n, 4S)
 *     q += 0.02 (missed − (1 − c)),  q ≥ 0,  missed against the half width issued then
 *
 * The last line is quantile tracking: coverage is right in the long run whatever the errors' distribution.
 */
export class BandTracker {
  private readonly at: number
  private readonly perKnot: number
  private readonly memory: number
  private readonly gain: number
  /** [knots, bands] widths before the time of day counts. */
  private readonly allDay: Float64Array
  /** [S] bin of each phase of the main period. */
  private readonly bins: Int32Array

  constructor(
    layout: StateLayout,
    private readonly knots: Knots,
    private readonly season: Season,
  ) {
    // Per knot: mean error, count, multipliers, relative error by bin, count by bin.
    this.perKnot = 2 + BAND_COUNT + 2 * season.bins
    this.at = layout.reserve('bands', knots.leads.length * this.perKnot)
    this.memory = Math.max(50, 4 * season.main)
    this.allDay = new Float64Array(knots.leads.length * BAND_COUNT)
    const { main, bins } = season
    this.bins = Int32Array.from({ length: main }, (_, phase) => Math.floor((phase * bins) / main))
    this.gain = 0.1 / Math.max(1, season.main / season.bins)
  }

  private bin(index: number): number {
    return this.bins[phaseOf(index, this.season.main)]
  }

  /** Outcomes that a knot has learned from. */
  count(numbers: Float64Array, knot: number): number {
    return numbers[this.at + knot * this.perKnot + 1]
  }

  /**
   * Half widths for every lead.
   * @param index grid index of the origin
   * @param priorScale expected absolute one-step error before anything matured, > 0
   * @param out receives [BANDS, H], rising over bands at every lead
   */
  halfWidths(numbers: Float64Array, index: number, priorScale: number, out: Float64Array): void {
    const { knots, season, allDay, perKnot, bins } = this
    const { first, upper, share, leads } = knots
    for (let k = 0, at = this.at; k < leads.length; k++, at += perKnot) {
      const known = numbers[at + 1] > 0
      for (let b = 0; b < BAND_COUNT; b++) {
        allDay[k * BAND_COUNT + b] = known
          ? numbers[at + 2 + b] * numbers[at]
          : START[b] * priorScale * Math.sqrt(leads[k])
      }
    }
    const horizon = upper.length
    let phase = phaseOf(index, season.main)
    for (let k = 0; k < leads.length; k++) {
      const next = upper[first[k]]
      for (let h = first[k]; h < first[k + 1]; h++) {
        if (++phase === season.main) phase = 0
        const above = share[h]
        const low = this.ofBin(numbers, k, bins[phase])
        const high = this.ofBin(numbers, next, bins[phase])
        let widest = 0
        for (let b = 0; b < BAND_COUNT; b++) {
          const width =
            (1 - above) * (allDay[k * BAND_COUNT + b] * low) + above * (allDay[next * BAND_COUNT + b] * high)
          if (width > widest) widest = width
          out[b * horizon + h] = widest
        }
      }
    }
  }

  /** What a knot's widths are multiplied by at a time of day. */
  private ofBin(numbers: Float64Array, knot: number, bin: number): number {
    const at = this.at + knot * this.perKnot
    if (numbers[at + 1] === 0) return 1
    const relative = numbers[at + 2 + BAND_COUNT + bin]
    return relative > BIN_MIN ? relative : BIN_MIN
  }

  /**
   * Half width of the widest band one step ahead, never narrowed below half of what the knot errs over the whole day:
   * the yardstick of the anomaly score, which must not call every reading of a quiet hour wild.
   */
  anomalyScale(numbers: Float64Array, index: number): number {
    const at = this.at
    const bin = numbers[at + 2 + BAND_COUNT + this.bin(index)]
    return numbers[at + 2 + BAND_COUNT - 1] * numbers[at] * Math.max(0.5, bin)
  }

  /**
   * Learn from a matured forecast.
   * @param index grid index of the outcome
   * @param issued half widths issued then, one per band, from `issuedAt` on
   * @param priorScale as in `halfWidths`; used by a knot's first outcome
   */
  learn(
    numbers: Float64Array,
    knot: number,
    index: number,
    absoluteError: number,
    issued: Float64Array,
    issuedAt: number,
    priorScale: number,
  ): void {
    const at = this.at + knot * this.perKnot
    const multipliers = at + 2
    const relative = multipliers + BAND_COUNT
    const counts = relative + this.season.bins
    if (numbers[at + 1] === 0) {
      numbers[at] = priorScale * Math.sqrt(this.knots.leads[knot])
      for (let b = 0; b < BAND_COUNT; b++) numbers[multipliers + b] = START[b]
      numbers.fill(1, relative, counts)
    }
    const count = ++numbers[at + 1]
    const bin = this.bin(index)
    const x = numbers[at] > 0 ? Math.min(20, absoluteError / numbers[at]) : 1
    const binCount = ++numbers[counts + bin]
    numbers[relative + bin] += Math.max(this.gain, 1 / (binCount + 3)) * (x - numbers[relative + bin])
    numbers[at] +=
      (absoluteError / Math.max(BIN_MIN, numbers[relative + bin]) - numbers[at]) /
      Math.min(count + PRIOR, this.memory)
    for (let b = 0; b < BAND_COUNT; b++) {
      const missed = absoluteError > issued[issuedAt + b] ? 1 : 0
      const next = numbers[multipliers + b] + LEARNING_RATE * (missed - (1 - BANDS[b]))
      numbers[multipliers + b] = next > 0 ? next : 0
    }
  }
}
