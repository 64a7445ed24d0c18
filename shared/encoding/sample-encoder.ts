import { phaseOf, type Season } from '#shared/series/season'
import type { StateLayout } from '#shared/series-state/state-layout'
import { CalendarWaves } from './calendar-waves.js'
import { RunningScale } from './running-scale.js'
import { SeasonalProfile } from './seasonal-profile.js'
import { ValueHistory } from './value-history.js'

const SEEN = 0
const SURPRISE_SHORT = 1
const SURPRISE_LONG = 2
const LENGTH = 3

/** At most so many leads have a feature of their own. */
const INCREMENTS_MAX = 24
/** Values kept at least, and a sixth of a season beyond it: as far as the autoregression looks back. */
const HISTORY_MIN = 36
/** Features stay within this, so that no sample can drive the hidden state out of the range it was trained on. */
const CLIP = 6

/**
 * Turns each sample of a series into the input of the recurrent net, and keeps what that needs: history, profile, scale.
 *
 * It uses the series' own past alone, and the forecaster and the trainer run this same code, so that the net serves on
 * exactly what it was trained on.
 */
export class SampleEncoder {
  readonly history: ValueHistory
  readonly profile: SeasonalProfile
  readonly scale: RunningScale
  /** F */
  readonly features: number
  /** [F] in their order. */
  readonly names: readonly string[]
  private readonly at: number
  private readonly leads: readonly number[]
  private readonly main: CalendarWaves
  private readonly week: CalendarWaves
  /** [H + 1] each: what the profile expects, where the caller does not ask for it. */
  private readonly ownDayAhead: Float64Array
  private readonly ownAhead: Float64Array

  constructor(
    layout: StateLayout,
    private readonly season: Season,
    private readonly horizon: number,
  ) {
    this.history = new ValueHistory(
      layout,
      Math.max(season.week, season.main + Math.ceil(season.main / 6), HISTORY_MIN) + 1,
    )
    this.profile = new SeasonalProfile(layout, season)
    this.scale = new RunningScale(layout, season.main)
    this.at = layout.reserve('encoder', LENGTH)
    this.leads = incrementLeads(horizon)
    this.main = new CalendarWaves(season.main)
    this.week = new CalendarWaves(7 * season.main)
    this.ownDayAhead = new Float64Array(horizon + 1)
    this.ownAhead = new Float64Array(horizon + 1)
    this.names = [
      'deviation/spread',
      'step/step',
      'seasonal-step/spread',
      'week-step/spread',
      'surprise/spread',
      'surprise-short',
      'surprise-long',
      'level/spread',
      ...this.leads.map((lead) => `increment-${lead}`),
      'main-sin',
      'main-cos',
      'main-sin-2',
      'main-cos-2',
      'week-sin',
      'week-cos',
      'observed',
      'gap',
    ]
    this.features = this.names.length
  }

  /** What the profile expects at a grid index; stands in for what was not observed. NaN before the first sample. */
  expected(numbers: Float64Array, index: number): number {
    if (numbers[this.at + SEEN] === 0) return Number.NaN
    return this.profile.level(numbers) + this.profile.deviation(numbers, index)
  }

  /**
   * Take what is remembered to the level that a series has jumped to.
   * @param index of the first sample that is believed
   * @param by how far it lies from what was expected
   * @param clipped samples before it that were not believed, and are replaced by what is expected now
   */
  translate(numbers: Float64Array, index: number, by: number, clipped: number): void {
    this.history.translate(numbers, by)
    this.profile.translate(numbers, by)
    this.scale.translate(numbers, by)
    for (let i = index - clipped; i < index; i++) this.history.set(numbers, i, this.expected(numbers, i))
  }

  /**
   * Fill the history over a gap that is too long to step through.
   * @param from first cell of the gap
   * @param to cell after it
   */
  bridge(numbers: Float64Array, from: number, to: number): void {
    const first = Math.max(from, to - this.history.length)
    for (let index = first; index < to; index++) {
      this.history.set(numbers, index, this.expected(numbers, index))
    }
  }

  /**
   * Learn from a sample and write its features.
   *
   * @param value the observed value, or what stands in for it
   * @param gap grid cells that were skipped since the sample before
   * @param row receives F features from `rowAt` on; null where nobody wants them
   * @param dayAhead receives the deviations that the profile of the day expects now, at the origin and at each lead, H + 1 from `aheadAt` on
   * @param ahead receives those of the day-and-week profile
   */
  encode(
    numbers: Float64Array,
    index: number,
    value: number,
    observed: boolean,
    gap: number,
    row: Float32Array | null,
    rowAt: number,
    dayAhead = this.ownDayAhead,
    ahead = this.ownAhead,
    aheadAt = 0,
  ): void {
    const { history, profile, scale } = this
    const first = numbers[this.at + SEEN] === 0
    if (first) history.fill(numbers, value)
    numbers[this.at + SEEN] = 1
    const previous = first ? Number.NaN : history.get(numbers, index - 1)
    const expected = first ? value : profile.level(numbers) + profile.deviation(numbers, index)
    const lastSeason = history.get(numbers, index - this.season.main)
    const lastWeek = this.season.week > 0 ? history.get(numbers, index - this.season.week) : lastSeason
    history.set(numbers, index, value)
    if (observed) {
      scale.learn(numbers, value, previous)
      profile.learnCarry(numbers, index, value - history.get(numbers, index - profile.half))
      profile.learn(numbers, index, value)
    }
    const spread = scale.spread(numbers)
    const step = scale.step(numbers)
    const surprise = (value - expected) / spread
    numbers[this.at + SURPRISE_SHORT] += (clipFeature(surprise) - numbers[this.at + SURPRISE_SHORT]) / 6
    numbers[this.at + SURPRISE_LONG] += (clipFeature(surprise) - numbers[this.at + SURPRISE_LONG]) / 24

    profile.writeAhead(numbers, index, this.horizon, dayAhead, ahead, aheadAt)
    if (row === null) return

    let f = rowAt
    row[f++] = clipFeature((value - scale.mean(numbers)) / spread)
    row[f++] = first ? 0 : clipFeature((value - previous) / step)
    row[f++] = clipFeature((value - lastSeason) / spread)
    row[f++] = clipFeature((value - lastWeek) / spread)
    row[f++] = clipFeature(surprise)
    row[f++] = clipFeature(2 * numbers[this.at + SURPRISE_SHORT])
    row[f++] = clipFeature(4 * numbers[this.at + SURPRISE_LONG])
    const level = profile.level(numbers)
    row[f++] = clipFeature((level - value) / spread)
    for (const lead of this.leads) {
      const increment = level + ahead[aheadAt + lead] - value
      row[f++] = clipFeature(increment / (lead === 1 ? step : spread))
    }
    const { main, week } = this
    const mainPhase = phaseOf(index, main.period)
    const weekPhase = phaseOf(index, week.period)
    row[f++] = main.sines[mainPhase]
    row[f++] = main.cosines[mainPhase]
    row[f++] = main.doubleSines[mainPhase]
    row[f++] = main.doubleCosines[mainPhase]
    row[f++] = week.sines[weekPhase]
    row[f++] = week.cosines[weekPhase]
    row[f++] = observed ? 1 : 0
    row[f++] = clipFeature(Math.log1p(gap))
  }
}

/** Leads whose expected change is a feature: each where there are few, else evenly spread, the first and the last among them. */
function incrementLeads(horizon: number): readonly number[] {
  const count = Math.min(horizon, INCREMENTS_MAX)
  if (count === 1) return [1]
  return Array.from({ length: count }, (_, i) => 1 + Math.round((i * (horizon - 1)) / (count - 1)))
}

/** A feature within the range that nets are trained on. */
export function clipFeature(value: number): number {
  return value > CLIP ? CLIP : value < -CLIP ? -CLIP : value
}
