import { phaseOf } from '#shared/series/season'
import type { StateLayout } from '#shared/series-state/state-layout'
import { TailSurprise } from './tail-surprise.js'

/** Samples that the means are taken over. */
const WINDOW = 10
/** Samples after an anomaly in which only a greater one is told. */
const DEAD_TIME = 100
/** Share of the series' spread, and of its range, below which differences do not count. */
const FLOOR = 0.001
/** The score itself is held against its own past: its floor, in decades. */
const SCORE_FLOOR = 0.1
/** After an alarm the dead time silences about every second one that would follow by chance. */
const SILENCED = 2
/** The threshold's range, as shares of the decades of a sample that is so rare. */
const THRESHOLD_MIN = 0.23
const THRESHOLD_MAX = 0.67
/** Samples seen before anything is called an anomaly. */
const KNOWN_MIN = 50

const COUNT = 0
const LOW = 1
const HIGH = 2
const TOLD = 3
const TOLD_AT = 4
const ERRORS = 5
const SEASONAL = ERRORS + WINDOW
const LENGTH = SEASONAL + WINDOW

/** What is known of a sample when it comes. All in the unit of the series. */
export interface SurprisingSample {
  readonly value: number
  /** The one-step forecast made for it. */
  readonly forecast: number
  /** The value a season before, or NaN where there is none. */
  readonly seasonBefore: number
  /** Running spread of the series, > 0. */
  readonly spread: number
}

/**
 * How surprising a series' newest sample is, 1 at the threshold: the mean, in decades, of how rare four statistics are in
 * their own past, over what that mean exceeds as seldom as false alarms are allowed.
 *
 * The statistics: the error of the one-step forecast; its mean over ten samples (a drift); the mean of ten differences to the season before
 * (an unusual hour); how far the value leaves the range seen so far. After an anomaly only what is rarer still is told for a
 * hundred samples, so that one event is one alarm. The recipe was chosen on the Numenta Anomaly Benchmark: docs/anomalies.md.
 */
export class AnomalyDetector {
  private readonly at: number
  private readonly surprises: readonly TailSurprise[]
  private readonly own: TailSurprise
  /** How rare a sample is that is called an anomaly, in decades. */
  private readonly rarity: number
  private readonly statistics = new Float64Array(4)
  private readonly floors = new Float64Array(4)

  /** @param falseAlarmsPer10k samples called anomalies of ten thousand where nothing is wrong */
  constructor(layout: StateLayout, falseAlarmsPer10k: number) {
    this.rarity = -Math.log10(Math.min(0.5, (SILENCED * falseAlarmsPer10k) / 1e4))
    this.at = layout.reserve('anomaly', LENGTH)
    this.surprises = ['error', 'drift', 'season', 'range'].map(
      (name) => new TailSurprise(layout, `anomaly-${name}`),
    )
    this.own = new TailSurprise(layout, 'anomaly-score')
  }

  /**
   * Judge a sample, then take it into the past.
   * @returns 1 and more for an anomaly, 0 for what is not told; finite
   */
  judge(numbers: Float64Array, sample: SurprisingSample): number {
    const score = this.score(numbers, sample)
    return this.known(numbers) ? this.tell(numbers, numbers[this.at + COUNT], score) : 0
  }

  /**
   * As `judge`, but each sample of an event that lasts is told, not its beginning alone.
   * @returns above 1 for an anomaly; 0 before enough was seen
   */
  rate(numbers: Float64Array, sample: SurprisingSample): number {
    const score = this.score(numbers, sample)
    return this.known(numbers) ? score : 0
  }

  private known(numbers: Float64Array): boolean {
    return numbers[this.at + COUNT] > KNOWN_MIN
  }

  private score(numbers: Float64Array, sample: SurprisingSample): number {
    const { statistics, floors } = this
    this.measure(numbers, sample)
    numbers[this.at + COUNT]++
    let sum = 0
    for (let i = 0; i < statistics.length; i++) {
      sum += this.surprises[i].decades(numbers, statistics[i], floors[i])
      this.surprises[i].learn(numbers, statistics[i])
    }
    const decades = sum / statistics.length
    const score = decades / this.threshold(numbers)
    this.own.learn(numbers, decades)
    return score
  }

  /** Decades that the series exceeds by chance as seldom as allowed; bounded, so that a series full of anomalies still has some. */
  private threshold(numbers: Float64Array): number {
    const own = this.own.valueAt(numbers, this.rarity, SCORE_FLOOR)
    return Math.min(THRESHOLD_MAX * this.rarity, Math.max(THRESHOLD_MIN * this.rarity, own))
  }

  private measure(numbers: Float64Array, { value, forecast, seasonBefore, spread }: SurprisingSample): void {
    const { at, statistics, floors } = this
    const count = numbers[at + COUNT]
    const place = phaseOf(count, WINDOW)
    numbers[at + ERRORS + place] = value - forecast
    numbers[at + SEASONAL + place] = Number.isNaN(seasonBefore) ? 0 : value - seasonBefore
    let drift = 0
    let seasonal = 0
    for (let i = 0; i < WINDOW; i++) {
      drift += numbers[at + ERRORS + i] / WINDOW
      seasonal += numbers[at + SEASONAL + i] / WINDOW
    }
    statistics[0] = Math.abs(value - forecast)
    statistics[1] = Math.abs(drift)
    statistics[2] = Math.abs(seasonal)
    const low = count === 0 ? value : numbers[at + LOW]
    const high = count === 0 ? value : numbers[at + HIGH]
    floors[0] = floors[1] = floors[2] = FLOOR * spread
    floors[3] = FLOOR
    statistics[3] = Math.max(0, value - high, low - value) / Math.max(high - low, FLOOR * spread)
    numbers[at + LOW] = Math.min(low, value)
    numbers[at + HIGH] = Math.max(high, value)
  }

  /** A record among what was told in the last hundred samples since, or nothing. */
  private tell(numbers: Float64Array, count: number, score: number): number {
    const { at } = this
    if (count - numbers[at + TOLD_AT] > DEAD_TIME) numbers[at + TOLD] = 0
    if (score <= numbers[at + TOLD]) return 0
    numbers[at + TOLD] = score
    numbers[at + TOLD_AT] = count
    return score
  }
}
