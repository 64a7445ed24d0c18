import type { SampleEncoder } from '#shared/encoding/sample-encoder'
import type { Season } from '#shared/series/season'
import type { Expert } from './expert.js'
import type { ExpertName } from './expert-names.js'
import { Persistence, SeasonalNaive } from './naive-experts.js'
import { DayProfile, LevelProfile } from './profile-experts.js'

/** Experts that keep something of their own; null where they are switched off, or do not apply. */
export interface OwnExperts {
  readonly drift: Expert | null
  readonly logSeasonal: Expert | null
  readonly autoregression: Expert | null
  readonly readOut: Expert | null
  readonly fastReadOut: Expert | null
  readonly recurrent: Expert | null
}

/** The experts that are switched on and apply to such series, in the order in which states and messages list them. The recurrent head is the last. */
export function chosenExperts(
  chosen: readonly ExpertName[],
  { history, profile }: SampleEncoder,
  { main, week }: Season,
  horizon: number,
  { drift, logSeasonal, autoregression, readOut, fastReadOut, recurrent }: OwnExperts,
): readonly Expert[] {
  const on = (name: ExpertName) => chosen.includes(name)
  const experts: readonly (Expert | null)[] = [
    on('persistence') ? new Persistence(main, horizon, profile) : null,
    on('seasonal') ? new SeasonalNaive('seasonal', history, main, horizon) : null,
    week > 0 && on('seasonal-week') ? new SeasonalNaive('seasonal-week', history, week, horizon) : null,
    on('profile') ? new DayProfile(horizon, main) : null,
    on('level-profile') ? new LevelProfile(profile, horizon, main) : null,
    drift,
    logSeasonal,
    autoregression,
    readOut,
    fastReadOut,
    recurrent,
  ]
  return experts.filter((expert) => expert !== null)
}
