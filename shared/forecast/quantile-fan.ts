import { BANDS, LEVELS, PublishedLevels } from './quantile-levels.js'

/** Of the Pareto tail beyond the widest band, about that of Student's t with four degrees of freedom. */
const TAIL_INDEX = 3

/** How a level follows from the tracked bands. */
interface Spoke {
  readonly side: number
  /** The band that it bounds, or −1 where it lies between. */
  readonly own: number
  /** There: each band's share of the half width. */
  readonly first: number
  readonly second: number
  readonly third: number
}

/**
 * The published quantiles, from the median and the half widths of the tracked bands.
 *
 * The bands' own levels are exact. Others lie between them in proportion to the quantiles of a logistic distribution
 * (atanh of the coverage), and beyond the widest band as the quantiles of a Pareto distribution do: errors of forecasts have
 * heavier tails than a logistic one. Half widths rise over bands, so
 * quantiles never cross.
 */
export class QuantileFan {
  /** Rising, without repeats: those of the tracked bands, and those asked for beside them. */
  readonly levels: readonly number[]
  private readonly spokes: readonly Spoke[]

  /** @param asked levels between 0 and 1 */
  constructor(asked: readonly number[]) {
    this.levels = new PublishedLevels(asked).levels
    this.spokes = this.levels.map(spokeOf)
  }

  /**
   * @param median [H]
   * @param halfWidths [bands, H], rising over bands
   * @param floor no quantile is below it
   * @param ceiling no quantile is above it
   * @param out receives [Q, H], not falling along Q
   * @returns out
   */
  spread(
    median: Float64Array,
    halfWidths: Float64Array,
    floor: number,
    ceiling: number,
    out: Float64Array,
  ): Float64Array {
    const { spokes } = this
    const horizon = median.length
    // Each row keeps above the one before, the first above the floor, which stands in its place until then.
    for (let h = 0; h < horizon; h++) out[h] = floor
    for (let q = 0; q < spokes.length; q++) {
      const { side, own, first, second, third } = spokes[q]
      const to = q * horizon
      const below = q === 0 ? 0 : to - horizon
      if (own >= 0) {
        const from = own * horizon
        for (let h = 0; h < horizon; h++) {
          out[to + h] = within(median[h] + side * halfWidths[from + h], out[below + h], ceiling)
        }
        continue
      }
      for (let h = 0; h < horizon; h++) {
        const half =
          first * halfWidths[h] + second * halfWidths[horizon + h] + third * halfWidths[2 * horizon + h]
        out[to + h] = within(median[h] + side * half, out[below + h], ceiling)
      }
    }
    return out
  }
}

/** Rounding may leave a width between two bands a last digit wider than the outer one: `least` is the level before. */
function within(level: number, least: number, most: number): number {
  // The sign tells V8 that this is a number; without it, it boxes every number that it compares with it.
  const top = +most
  const raised = level < least ? least : level
  return raised > top ? top : raised
}

function spokeOf(level: number): Spoke {
  const side = Math.sign(level - 0.5)
  const shares = BANDS.map(() => 0)
  const coverage = Math.abs(2 * level - 1)
  // Of a published band the coverage is taken as it is written, not as rounding leaves it.
  const known: readonly number[] = LEVELS
  const own = !known.includes(level) ? -1 : BANDS.findIndex((band) => Math.abs(band - coverage) < 1e-9)
  const spoke = ([first, second, third]: readonly number[]): Spoke => ({ side, own, first, second, third })
  if (coverage === 0 || own >= 0) return spoke(shares)
  const last = BANDS.length - 1
  const outer = BANDS.findIndex((band) => band > coverage)
  if (outer < 0) {
    return spoke(shares.with(last, ((1 - coverage) / (1 - BANDS[last])) ** (-1 / TAIL_INDEX)))
  }
  const from = outer > 0 ? Math.atanh(BANDS[outer - 1]) : 0
  const share = (Math.atanh(coverage) - from) / (Math.atanh(BANDS[outer]) - from)
  if (outer > 0) shares[outer - 1] = 1 - share
  shares[outer] = share
  return spoke(shares)
}
