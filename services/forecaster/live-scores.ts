import type { Forecast } from '#shared/forecast/forecast'
import { BANDS } from '#shared/forecast/quantile-levels'
import { CRPS, HALF_WIDTH, MEDIAN_THEN, type Score, scored } from '#shared/forecast/score'
import { halfWidthsAbove } from '#shared/scoring/half-widths-above'
import { RunningMean } from '#shared/scoring/running-mean'
import { LEAD_BANDS, type LeadBand } from '#shared/telemetry/metric-catalogue'
import type { LiveScores } from '#shared/telemetry/pipeline-metrics'

/** Outcomes, or forecasts, that the running means remember. */
const MEMORY = 2000
/** Outcomes that count as recent when drift is looked for. */
const RECENT = 250

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

const MIDDLE_BAND = BANDS.indexOf(0.8)

function takeOutcome(band: BandScores, score: Score, k: number): void {
  const error = score.value - scored(score, MEDIAN_THEN, k)
  band.error.add(Math.abs(error))
  band.crps.add(scored(score, CRPS, k))
  for (let level = 0; level < BANDS.length; level++) {
    band.coverage[level].add(Math.abs(error) <= scored(score, HALF_WIDTH + level, k) ? 1 : 0)
  }
  const width = scored(score, HALF_WIDTH + MIDDLE_BAND, k)
  if (width === 0) return
  const widths = halfWidthsAbove(error, width)
  band.signed.add(widths)
  band.recent.add(Math.abs(widths))
  band.usual.add(Math.abs(widths))
}

/**
 * How good the forecasts of a pipeline are at the moment, by lead band: means over the latest outcomes of all its series,
 * as the scores topic has them. MASE alone is a mean over forecasts of what each series' own running score says, its
 * running error over that of the seasonal naive forecast, as single errors have no scale in common.
 */
export class LivePipelineScores {
  private readonly bands: readonly BandScores[]

  /** @param scoredLeads the leads that forecasts report on, one per band */
  constructor(private readonly scoredLeads: readonly number[]) {
    this.bands = scoredLeads.map(() => new BandScores())
  }

  take(forecasts: readonly Forecast[], scores: readonly Score[]): void {
    const { bands, scoredLeads } = this
    for (const { skill } of forecasts) {
      for (let b = 0; b < bands.length; b++) if (!Number.isNaN(skill[b])) bands[b].scaled.add(1 - skill[b])
    }
    for (const score of scores) {
      for (let b = 0; b < bands.length; b++) {
        const k = score.leads.indexOf(scoredLeads[b])
        if (k >= 0) takeOutcome(bands[b], score, k)
      }
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
