import { feedOfTable } from '#shared/feed/table-feed'
import { noise } from '../../shared/pipeline/line-driver.js'

export const CADENCE = 6 * 3_600_000
export const START = Date.UTC(2026, 0, 5)
export const STEPS = 400

/** Three series side by side, one value each per cell. */
export function feedOf(value: (series: number, t: number) => number, steps = STEPS) {
  const count = 3 * steps
  const table = {
    series: ['a', 'b', 'c'],
    channels: [],
    timesMs: Float64Array.from({ length: count }, (_, i) => START + Math.floor(i / 3) * CADENCE),
    seriesOf: Uint32Array.from({ length: count }, (_, i) => i % 3),
    values: Float64Array.from({ length: count }, (_, i) => value(i % 3, Math.floor(i / 3))),
  }
  return feedOfTable('made up', table)
}

/** Four values a day, with noise. */
export const dayWithNoise = (series: number, t: number) =>
  10 * series + 5 * Math.sin((t * Math.PI) / 2) + noise(series, t)
