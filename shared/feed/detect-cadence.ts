import type { EventTable } from './event-table.js'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** A month on a fixed grid: a twelfth of 365.25 days. Calendar months never leave their cell of it. */
const monthMs = 30.4375 * day

const plain = [
  ...[1, 2, 5, 10, 20, 25, 40, 50, 100, 200, 250, 500],
  ...[1, 2, 5, 10, 15, 20, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 20, 30].map((n) => n * minute),
  ...[1, 2, 3, 4, 6, 8, 12].map((n) => n * hour),
  day,
  7 * day,
  monthMs,
  3 * monthMs,
  12 * monthMs,
]

/** Different spacings that are counted; a source with more has no cadence to speak of. */
const spacingsMax = 100_000
/** Share of the spacings that the commonest has at least where readings come by a clock. */
const commonShare = 0.1
/** Half of the spacings this near to the median, as a share of it, are one spacing that is measured badly. */
const jitterMax = 0.25

/** What a source says of how far apart its readings are. */
export interface FoundCadence {
  readonly cadenceMs: number
  /** Readings come by a clock, be it one that jitters. */
  readonly regular: boolean
}

/**
 * The commonest spacing within a series in milliseconds, of equally common ones the shorter; snapped to a plain
 * unit when within 1 %, and to months, quarters or years when the spacing is one of the calendar's. Where none is common, the median
 * one; of readings that come at random, the next longer plain unit, so that most of its cells hold a reading.
 * An hour when no series has two different times.
 */
export function detectCadence(table: EventTable): FoundCadence {
  const counts = countSpacings(table)
  const spacings = [...counts].sort(([a], [b]) => a - b)
  const total = spacings.reduce((sum, [, count]) => sum + count, 0)
  if (total === 0) return { cadenceMs: hour, regular: true }
  const [commonest, most] = spacings.reduce((best, one) => (one[1] > best[1] ? one : best))
  if (most >= commonShare * total) return { cadenceMs: snapCadence(commonest), regular: true }
  let below = 0
  const [median] = spacings.find(([, count]) => {
    below += count
    return 2 * below >= total
  })!
  const near = spacings.filter(([spacing]) => Math.abs(spacing - median) <= jitterMax * median)
  const regular = 2 * near.reduce((sum, [, count]) => sum + count, 0) >= total
  const snapped = snapCadence(median)
  if (regular || plain.includes(snapped)) return { cadenceMs: snapped, regular }
  return { cadenceMs: plain.find((unit) => unit >= median) ?? snapped, regular }
}

/** By spacing, milliseconds: how often two neighbouring readings of a series are so far apart. */
function countSpacings(table: EventTable): ReadonlyMap<number, number> {
  const last = new Float64Array(table.series.length).fill(Number.NaN)
  const counts = new Map<number, number>()
  for (let i = 0; i < table.timesMs.length; i++) {
    const series = table.seriesOf[i]!
    const spacing = Math.round(table.timesMs[i]! - last[series]!)
    last[series] = table.timesMs[i]!
    if (!(spacing > 0)) continue
    const known = counts.get(spacing)
    if (known !== undefined) counts.set(spacing, known + 1)
    else if (counts.size < spacingsMax) counts.set(spacing, 1)
  }
  return counts
}

/** A spacing in milliseconds, snapped as `detectCadence` says. */
function snapCadence(spacingMs: number): number {
  const days = spacingMs / day
  if (days > 28 && days <= 31) return monthMs
  if (days >= 90 && days <= 92) return 3 * monthMs
  if (days === 365 || days === 366) return 12 * monthMs
  for (const unit of plain) if (Math.abs(spacingMs - unit) <= unit * 0.01) return unit
  return spacingMs
}
