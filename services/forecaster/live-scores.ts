import type { Forecast } from '#shared/forecast/forecast'
import { BANDS } from '#shared/forecast/quantile-levels'
import type { Score } from '#shared/forecast/score'
import { RunningMean } from '#shared/scoring/running-mean'
import { LEAD_BANDS, type LeadBand } from '#shared/telemetry/metric-catalogue'
import type { LiveScores } from '#shared/telemetry/pipeline-metrics'

/** Forecasts that the running means remember. */
const MEMORY = 2000
/** Outcomes that count as recent when drift is looked for. */
const RECENT = 250
/** Half widths that one outcome counts for at most: a width may be next to nothing. */
const WIDTHS_MAX = 10

class BandScores {
  readonly error = new RunningMean(MEMORY)
  readonly scaled = new RunningMean(MEMORY)
  readonly crps = new RunningMean(MEMORY)
  /** Signed errors in half widths. */
  readonly signed = new RunningMean(MEMORY)
  /** Absolute errors in half widths, of late and of long. */
  readonly recent = new RunningMean(RECENT)
  readonly usual = new RunningMean(MEMORY)
  readonly coverage = [new RunningMean(MEMORY), new RunningMean(MEMORY), new RunningMean(MEMORY)]
}

function takeOutcome(band: BandScores, { value, median, halfWidths, crps }: Score, k: number): void {
  const error = value - median[k]
  band.error.add(Math.abs(error))
  band.crps.add(crps[k])
  const width = halfWidths[k][BANDS.indexOf(0.8)]
  if (width === 0) return
  const widths = Math.max(-WIDTHS_MAX, Math.min(WIDTHS_MAX, error / width))
  band.signed.add(widths)
  band.recent.add(Math.abs(widths))
  band.usual.add(Math.abs(widths))
}

/**
 * How good the forecasts of a pipeline are at the moment, by lead band: means over all its series of what each series'
 * own running scores say. MASE here is the running error over the running error of the seasonal naive forecast.
 */
export class LivePipelineScores {
  private readonly bands: readonly BandScores[]

  /** @param scoredLeads the leads that forecasts report on, one per band */
  constructor(private readonly scoredLeads: readonly number[]) {
    this.bands = scoredLeads.map(() => new BandScores())
  }

  take(forecasts: readonly Forecast[], scores: readonly Score[]): void {
    for (const { skill, coverage } of forecasts) {
      this.bands.forEach((band, b) => {
        const value = skill[b]
        if (value !== null && value !== undefined) band.scaled.add(1 - value)
        band.coverage.forEach((mean, level) => {
          const share = coverage[level][b]
          if (share !== null && share !== undefined) mean.add(share)
        })
      })
    }
    for (const score of scores) {
      score.leads.forEach((lead, k) => {
        const b = this.scoredLeads.indexOf(lead)
        if (b >= 0) takeOutcome(this.bands[b], score, k)
      })
    }
  }

  /** One entry per lead band that the horizon reaches. */
  byBand(): readonly (readonly [LeadBand, LiveScores])[] {
    return this.bands.map((band, b) => {
      const [coverage50, coverage80, coverage95] = band.coverage.map((mean) => mean.value)
      const scores = {
        mae: band.error.value,
        mase: band.scaled.value,
        crps: band.crps.value,
        bias: band.signed.value,
        drift: band.recent.value / band.usual.value,
        ...{ coverage50, coverage80, coverage95 },
      }
      return [LEAD_BANDS[b], scores] as const
    })
  }

  /** Mean over the bands, or null before anything was scored. */
  overall(): { readonly mase: number | null; readonly coverage80: number | null } {
    const mean = (values: number[]) => {
      const known = values.filter((value) => !Number.isNaN(value))
      return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null
    }
    return {
      mase: mean(this.bands.map((band) => band.scaled.value)),
      coverage80: mean(this.bands.map((band) => band.coverage[1].value)),
    }
  }
}
