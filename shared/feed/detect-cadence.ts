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

/**
 * The commonest spacing within a series in milliseconds, of equally common ones the shorter; snapped to a plain
 * unit when within 1 %, and to months, quarters or years when the spacing is one of the calendar's.
 * An hour when no series has two different times.
 */
export function detectCadence(table: EventTable): number {
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
  let best = 0
  let bestCount = 0
  for (const [spacing, count] of counts) {
    if (count > bestCount || (count === bestCount && spacing < best)) {
      best = spacing
      bestCount = count
    }
  }
  return best === 0 ? hour : snapCadence(best)
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
