import { detectSeason } from '#shared/series/detect-season'
import { SEASON_MAX } from '#shared/series/season'
import type { Feed } from './feed.js'
import { spanOfFeed } from './span-of-feed.js'

/** Samples of a series that are looked at, and series: what `detectSeason` makes use of. */
const SAMPLES_MAX = 8192
const SERIES_MAX = 256

/**
 * The season that the readings of a feed show by themselves, for cadences that say nothing of the calendar. Only the first
 * half of the time is looked at, since a backtest scores the second.
 * @returns samples per season; 1 where none shows
 */
export async function seasonOfFeed(feed: Feed): Promise<number> {
  const { firstMs, lastMs } = await spanOfFeed(feed)
  const middle = firstMs + (lastMs - firstMs) / 2
  const series = new Map<string, { readonly from: number; readonly values: number[] }>()
  const full = new Set<string>()
  for await (const { series: id, timeMs, value } of feed.readings()) {
    if (timeMs > middle) break
    let known = series.get(id)
    if (known === undefined) {
      if (series.size === SERIES_MAX) continue
      known = { from: timeMs, values: [] }
      series.set(id, known)
    }
    const at = Math.round((timeMs - known.from) / feed.cadenceMs)
    if (at >= SAMPLES_MAX) {
      full.add(id)
      // A series that begins after so many samples of all others is not waited for.
      if (full.size === series.size) break
      continue
    }
    while (known.values.length < at) known.values.push(Number.NaN)
    if (known.values.length === at) known.values.push(value)
  }
  return detectSeason(
    [...series.values()].map(({ values }) => Float64Array.from(values)),
    SEASON_MAX,
  )
}
