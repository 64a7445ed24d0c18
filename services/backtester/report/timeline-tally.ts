import type { Forecast } from '#shared/forecast/forecast'
import type { ScoredOutcome } from '#shared/scoring/backtest-scorer'
import type { TimelineData } from './report-data.js'
import { shareInBand } from './share-in-band.js'

const BINS_MAX = 120

interface Bin {
  scored: number
  mase: number
  naive: number
  scaled: number
  bias: number
  inside: number
  forecasts: number
  readonly shares: Float64Array
}

/** Means over bins of event time: of what is scored by the time of the outcome, of weights by the origin's. */
export class TimelineTally {
  private readonly bins: readonly Bin[]
  private readonly binMs: number

  /** @param seasonMs a bin is a season at least, so that hours of the day do not show as ups and downs */
  constructor(
    private readonly options: {
      readonly fromMs: number
      readonly toMs: number
      readonly seasonMs: number
      readonly cadenceMs: number
      readonly expertNames: readonly string[]
    },
  ) {
    const { fromMs, toMs, seasonMs, expertNames } = options
    const count = Math.max(1, Math.min(BINS_MAX, Math.floor((toMs - fromMs) / seasonMs)))
    this.binMs = Math.max(1, (toMs - fromMs) / count)
    this.bins = Array.from({ length: count }, () => ({
      ...{ scored: 0, mase: 0, naive: 0, scaled: 0, bias: 0, inside: 0, forecasts: 0 },
      shares: new Float64Array(expertNames.length),
    }))
  }

  takeForecast({ originTimeMs, shares }: Forecast): void {
    const bin = this.binAt(originTimeMs)
    bin.forecasts++
    for (let e = 0; e < shares.length; e++) bin.shares[e]! += shares[e]!
  }

  /** @param naive what the seasonal naive said */
  takeOutcome(outcome: ScoredOutcome, naive: number): void {
    const { forecast, lead, value, unit, scale, medianError } = outcome
    const bin = this.binAt(forecast.originTimeMs + lead * this.options.cadenceMs)
    const { inside, bias } = shareInBand(outcome)
    bin.scored++
    bin.inside += inside ? 1 : 0
    bin.bias += bias
    if (!(scale > 0)) return
    bin.scaled++
    bin.mase += (Math.abs(medianError) * unit) / scale
    bin.naive += Math.abs(value - naive) / scale
  }

  result(): TimelineData {
    const each = (of: (bin: Bin) => number, count: (bin: Bin) => number) =>
      this.bins.map((bin) => (count(bin) > 0 ? of(bin) / count(bin) : null))
    const { expertNames, fromMs } = this.options
    return {
      timesMs: this.bins.map((_, index) => Math.round(fromMs + (index + 0.5) * this.binMs)),
      mase: each(
        ({ mase }) => mase,
        ({ scaled }) => scaled,
      ),
      naive: each(
        ({ naive }) => naive,
        ({ scaled }) => scaled,
      ),
      bias: each(
        ({ bias }) => bias,
        ({ scored }) => scored,
      ),
      coverage80: each(
        ({ inside }) => inside,
        ({ scored }) => scored,
      ),
      shares: Object.fromEntries(
        expertNames.map((name, e) => [
          name,
          each(
            ({ shares }) => shares[e]!,
            ({ forecasts }) => forecasts,
          ),
        ]),
      ),
    }
  }

  private binAt(timeMs: number): Bin {
    const index = Math.floor((timeMs - this.options.fromMs) / this.binMs)
    return this.bins[Math.min(this.bins.length - 1, Math.max(0, index))]!
  }
}
