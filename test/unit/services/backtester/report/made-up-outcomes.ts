import type { Forecast } from '#shared/forecast/forecast'
import { PublishedLevels } from '#shared/forecast/quantile-levels'
import type { ScoredOutcome } from '#shared/scoring/backtest-scorer'

/** An outcome of a forecast that has these quantiles, [Q, H]. */
export function outcomeOf(made: {
  readonly value: number
  readonly quantiles: readonly number[]
  readonly series?: string
  readonly originMs?: number
  readonly lead?: number
  readonly horizon?: number
}): ScoredOutcome {
  const { value, quantiles, series = 'a', originMs = 0, lead = 1, horizon = 1 } = made
  const median = quantiles[3 * horizon + lead - 1]!
  const forecast: Forecast = {
    ...{ series, originTimeMs: originMs, value: 0, offset: 0, timestampMs: 0 },
    yhat: new Float64Array(horizon).fill(median),
    quantiles: Float64Array.from(quantiles),
    shares: new Float64Array(0),
    ...{
      coverage: new Float64Array(0),
      skill: new Float64Array(0),
      anomaly: 0,
      weightsVersion: 0,
      phase: 'live',
      flags: [],
      experts: null,
    },
  }
  const error = value - median
  return {
    ...{ forecast, published: new PublishedLevels(), lead, value, unit: 1, scale: 1, crps: 0, said: [] },
    ...{ meanError: error, medianError: error },
  }
}
