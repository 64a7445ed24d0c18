import { isSlow, type Season } from '#shared/series/season'
import type { ExpertName } from './expert-names.js'

/**
 * Those of the experts that are switched on that have anything to say of series of such a season and spacing.
 * @param cadenceMs spacing of the grid, milliseconds
 */
export function applicableExperts(
  chosen: readonly ExpertName[],
  season: Season,
  cadenceMs: number,
): readonly ExpertName[] {
  const slow = isSlow(season, cadenceMs)
  const applies: Readonly<Partial<Record<ExpertName, boolean>>> = {
    'seasonal-week': season.week > 0,
    'seasonal-drift': slow,
    'log-seasonal': slow,
    // In a slow series no memory is shorter than the series for years.
    'fast-read-out': !slow,
  }
  return chosen.filter((name) => applies[name] ?? true)
}
