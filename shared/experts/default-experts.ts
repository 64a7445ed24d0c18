import type { SampleEncoder } from '#shared/encoding/sample-encoder'
import type { Season } from '#shared/series/season'
import type { Autoregression } from './autoregression.js'
import type { Expert } from './expert.js'
import { Persistence, SeasonalNaive } from './naive-experts.js'
import { DayProfile, LevelProfile } from './profile-experts.js'
import type { ReadOut } from './read-out.js'
import { RecurrentHead } from './recurrent-head.js'

/**
 * The experts of a pipeline, in the order in which states and messages list them. The recurrent head is the last.
 * @param slow those that join where series are short and slow
 */
export function defaultExperts(
  encoder: SampleEncoder,
  season: Season,
  horizon: number,
  autoregression: Autoregression,
  readOut: ReadOut,
  slow: readonly Expert[],
): readonly Expert[] {
  const { history, profile, scale } = encoder
  const weekly = season.week > 0 ? [new SeasonalNaive('seasonal-week', history, season.week, horizon)] : []
  return [
    new Persistence(profile, season.main, horizon),
    new SeasonalNaive('seasonal', history, season.main, horizon),
    ...weekly,
    new DayProfile(profile, horizon, season.main),
    new LevelProfile(profile, horizon, season.main),
    ...slow,
    autoregression,
    readOut,
    new RecurrentHead(scale, horizon),
  ]
}
