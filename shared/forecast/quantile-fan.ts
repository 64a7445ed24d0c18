import { BANDS, LEVELS } from './quantile-levels.js'

/** How a level follows from the tracked bands: side and, per band, its share of the half width. */
interface Spoke {
  readonly side: number
  readonly shares: readonly number[]
  /** The band that it bounds, or −1 where it lies between. */
  readonly own: number
}

/**
 * The published quantiles, from the median and the half widths of the tracked bands.
 *
 * The bands' own levels are exact. Others lie between them in proportion to the quantiles of a logistic distribution
 * (atanh of the coverage), and beyond the widest band as that distribution's tail does. Half widths rise over bands, so
 * quantiles never cross.
 */
export class QuantileFan {
  /** Rising, without repeats: those of the tracked bands, and those asked for beside them. */
  readonly levels: readonly number[]
  private readonly spokes: readonly Spoke[]

  /** @param asked levels between 0 and 1 */
  constructor(asked: readonly number[]) {
    this.levels = [...new Set([...LEVELS, ...asked])].sort((a, b) => a - b)
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
    const horizon = median.length
    for (let q = 0; q < this.spokes.length; q++) {
      const { side, shares, own } = this.spokes[q]
      const [first, second, third] = shares
      const to = q * horizon
      for (let h = 0; h < horizon; h++) {
        const half =
          own >= 0
            ? halfWidths[own * horizon + h]
            : first * halfWidths[h] + second * halfWidths[horizon + h] + third * halfWidths[2 * horizon + h]
        const level = median[h] + side * half
        // Rounding may leave a width between two bands a last digit wider than the outer one.
        const least = q > 0 ? out[to - horizon + h] : floor
        const kept = level < least ? least : level
        out[to + h] = kept > ceiling ? ceiling : kept
      }
    }
    return out
  }
}

function spokeOf(level: number): Spoke {
  const side = Math.sign(level - 0.5)
  const shares = BANDS.map(() => 0)
  const coverage = Math.abs(2 * level - 1)
  // Of a published band the coverage is taken as it is written, not as rounding leaves it.
  const known: readonly number[] = LEVELS
  const own = !known.includes(level) ? -1 : BANDS.findIndex((band) => Math.abs(band - coverage) < 1e-9)
  if (coverage === 0 || own >= 0) return { side, shares, own }
  const last = BANDS.length - 1
  const outer = BANDS.findIndex((band) => band > coverage)
  if (outer < 0) {
    return { side, own, shares: shares.with(last, Math.atanh(coverage) / Math.atanh(BANDS[last])) }
  }
  const from = outer > 0 ? Math.atanh(BANDS[outer - 1]) : 0
  const share = (Math.atanh(coverage) - from) / (Math.atanh(BANDS[outer]) - from)
  if (outer > 0) shares[outer - 1] = 1 - share
  shares[outer] = share
  return { side, shares, own }
}
