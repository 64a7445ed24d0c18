import type { SeasonalProfile } from '#shared/encoding/seasonal-profile'
import type { Expert, ExpertView } from './expert.js'

/** The last value carried along the profile of the day. */
export class DayProfile implements Expert {
  readonly name = 'profile'
  constructor(
    private readonly horizon: number,
    /** Samples in the main season: before all of it was seen, most of the profile is empty. */
    readonly readyAfter: number,
  ) {}

  forecast({ value, dayAhead, aheadAt }: ExpertView, out: Float64Array, at: number): void {
    const level = value - dayAhead[aheadAt]
    for (let lead = 1; lead <= this.horizon; lead++) out[at + lead - 1] = level + dayAhead[aheadAt + lead]
  }
}

/** The slow level plus the day-and-week profile: what a calendar alone would say. */
export class LevelProfile implements Expert {
  readonly name = 'level-profile'
  constructor(
    private readonly profile: SeasonalProfile,
    private readonly horizon: number,
    /** Samples in the main season: before all of it was seen, most of the profile is empty. */
    readonly readyAfter: number,
  ) {}

  forecast({ numbers, ahead, aheadAt }: ExpertView, out: Float64Array, at: number): void {
    const level = this.profile.level(numbers)
    for (let lead = 1; lead <= this.horizon; lead++) out[at + lead - 1] = level + ahead[aheadAt + lead]
  }
}
