import type { TrainingSeries } from './training-series.js'

/**
 * Holds back the newest `share` of each series' samples.
 *
 * A series may stand in the set several times, as stretches between gaps, oldest first; its newest samples are then
 * the end of its last stretches.
 *
 * @returns for each entry the index of its first held-back sample, its length where none is
 */
export function splitHeldBack(series: readonly TrainingSeries[], share: number): number[] {
  const totals = new Map<string, number>()
  for (const s of series) totals.set(s.series, (totals.get(s.series) ?? 0) + s.values.length)
  const left = new Map([...totals].map(([id, total]) => [id, total - Math.floor(total * share)]))
  return series.map((s) => {
    const remaining = left.get(s.series)!
    left.set(s.series, Math.max(0, remaining - s.values.length))
    return Math.min(s.values.length, remaining)
  })
}
