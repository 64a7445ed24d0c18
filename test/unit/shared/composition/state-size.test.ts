import { describe, expect, it } from 'vitest'
import { assemblePipeline } from '#shared/composition/pipeline-parts'
import { chooseExperts, EXPERT_NAMES, type ExpertName } from '#shared/experts/expert-names'
import { smallSettings } from '../../../pipeline/pipeline-driver.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

/** Bytes of a regression, by the formula of docs/experts.md. */
function regressionBytes(features: number, horizon: number, fastLeads = 0): number {
  const padded = (size: number) => 4 * Math.ceil(size / 4)
  const [f, h0] = [padded(features), Math.min(horizon, 48)]
  const floats = 4 + (f * (f + 4)) / 2 + padded(h0) * f + 2 * h0 * f + (h0 * (h0 + 1)) / 2
  const fastFloats = fastLeads > 0 ? padded(fastLeads) * f + h0 + 2 : 0
  return 16 * (Math.ceil(floats / 4) + Math.ceil(fastFloats / 4))
}

describe('the size of a series’ state', () => {
  it.each([
    ['hours, lean', { cadenceMs: HOUR, season: 24, horizon: 24 }, EXPERT_NAMES],
    ['hours, minimal', { cadenceMs: HOUR, season: 24, horizon: 24 }, chooseExperts('minimal')],
    ['hours, no fast leads', { cadenceMs: HOUR, season: 24, horizon: 24 }, ['read-out', 'recurrent']],
    ['hours, no net', { cadenceMs: HOUR, season: 24, horizon: 48 }, ['persistence', 'autoregression']],
    [
      'hours, two covariates',
      { cadenceMs: HOUR, season: 24, horizon: 24, covariates: ['a', 'b'] },
      EXPERT_NAMES,
    ],
    ['days', { cadenceMs: DAY, season: 7, horizon: 3 }, EXPERT_NAMES],
    ['months', { cadenceMs: 30 * DAY, season: 12, horizon: 12 }, EXPERT_NAMES],
  ] as const)('follows the published formula: %s', (_, changes, experts: readonly ExpertName[]) => {
    const { line } = assemblePipeline(smallSettings({ ...changes, experts }))
    const { season, knots, features, autoregression, readOut, fastReadOut, logSeasonal, usesNet } = line
    const { main: S, week: W, bins: B } = season
    const { horizon: H } = changes
    const C = 'covariates' in changes ? changes.covariates.length : 0
    const [K, E, D] = [knots.leads.length, line.experts.length, 8]
    const numbers =
      Math.max(W, S + Math.ceil(S / 6), 36) +
      1 +
      (2 * S + 2 * W + 18) +
      2 * K * (2 * E + 2) +
      K * (2 * B + 13) +
      (sum(knots.leads) * (10 + E) + 1) +
      355 +
      (autoregression && experts.includes('recurrent') ? sum(knots.leads) + 2 * K : 0) +
      (autoregression || readOut ? 2 : 0) +
      (logSeasonal ? 2 : 0) +
      (usesNet ? 1 + Math.ceil((49 * features) / 4) : 0) +
      (usesNet ? 5 * C : 0) +
      (usesNet && autoregression ? 3 + sum([1, 6, 24, 48].filter((lead) => lead <= H)) : 0)
    const fastLeads = fastReadOut ? Math.min(8, H) : 0
    const perSlot =
      (usesNet ? 4 * D : 0) + (readOut ? regressionBytes(readOut.featuresFor(D), H, fastLeads) : 0)
    const own =
      (autoregression ? regressionBytes(autoregression.features, H) : 0) +
      (logSeasonal ? regressionBytes(logSeasonal.features, H) : 0)
    expect(line.stateBytes).toBe(8 * numbers + 2 * perSlot + own)
  })
})
