import type { SeasonalProfile } from '#shared/encoding/seasonal-profile'
import type { ValueHistory } from '#shared/encoding/value-history'
import type { Expert, ExpertView } from './expert.js'

/**
 * The last value, up to half a season ahead; beyond, the last value carried along the profile of the day, because at a
 * whole season persistence turns into the seasonal naive forecast and would earn weight that is wrong between. Carried as far as the
 * series has shown that it follows its profile: a random walk's is noise.
 */
export class Persistence implements Expert {
  readonly name = 'persistence'
  readonly readyAfter: number
  constructor(
    private readonly season: number,
    private readonly horizon: number,
    private readonly profile: Pick<SeasonalProfile, 'carry'>,
  ) {
    this.readyAfter = season
  }

  forecast({ numbers, value, dayAhead, aheadAt }: ExpertView, out: Float64Array, at: number): void {
    const flat = this.season > 1 ? this.season / 2 : this.horizon
    const carry = this.profile.carry(numbers)
    const now = dayAhead[aheadAt]
    for (let lead = 1; lead <= this.horizon; lead++) {
      out[at + lead - 1] = lead <= flat ? value : value + carry * (dayAhead[aheadAt + lead] - now)
    }
  }
}

/** The value at the same phase of the last season: y[t + h − S⌈h/S⌉]. */
export class SeasonalNaive implements Expert {
  readonly readyAfter: number
  constructor(
    readonly name: string,
    private readonly history: ValueHistory,
    private readonly period: number,
    private readonly horizon: number,
  ) {
    this.readyAfter = period
  }

  forecast({ numbers, index }: ExpertView, out: Float64Array, at: number): void {
    const { horizon, history, period } = this
    history.read(numbers, index + 1 - period, Math.min(period, horizon), out, at)
    for (let h = period; h < horizon; h++) out[at + h] = out[at + h - period]
  }
}
