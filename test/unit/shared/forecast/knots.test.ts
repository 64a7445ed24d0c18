import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { knotsFor } from '#shared/forecast/knots'

describe('knotsFor', () => {
  // Expected: the design's knots (§ 3), which model-findings-2 § 2.1 gives for S = 24.
  it('gives the design its knots at an hourly day', () => {
    expect(knotsFor(48, 24).leads).toEqual([1, 2, 4, 7, 11, 16, 20, 28, 36, 44])
    expect(knotsFor(24, 24).leads).toEqual([1, 2, 4, 7, 11, 16, 20])
    expect(knotsFor(1, 24).leads).toEqual([1])
  })

  const anyKnots = fc.record({
    horizon: fc.integer({ min: 1, max: 400 }),
    season: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 1440 })),
  })

  it('puts no knot on a multiple of the season', () => {
    fc.assert(
      fc.property(anyKnots, ({ horizon, season }) => {
        fc.pre(season > 1)
        for (const lead of knotsFor(horizon, season).leads) expect(lead % season).not.toBe(0)
      }),
      { numRuns: 500 },
    )
  })

  it('begins at lead 1, rises, stays within the horizon and counts its pending forecasts', () => {
    fc.assert(
      fc.property(anyKnots, ({ horizon, season }) => {
        const { leads, pending } = knotsFor(horizon, season)
        expect(leads[0]).toBe(1)
        for (let k = 1; k < leads.length; k++) expect(leads[k]).toBeGreaterThan(leads[k - 1])
        expect(leads.at(-1)).toBeLessThanOrEqual(horizon)
        expect(pending).toBe(leads.reduce((sum, lead) => sum + lead, 0))
      }),
    )
  })

  it('interpolates in the logarithm of the lead: exact at knots, between its neighbours, flat beyond the last', () => {
    fc.assert(
      fc.property(anyKnots, ({ horizon, season }) => {
        const { leads, lower, upper, share } = knotsFor(horizon, season)
        for (let lead = 1; lead <= horizon; lead++) {
          const [low, high, part] = [leads[lower[lead - 1]], leads[upper[lead - 1]], share[lead - 1]]
          expect(part).toBeGreaterThanOrEqual(0)
          expect(part).toBeLessThan(1)
          expect(low).toBeLessThanOrEqual(lead)
          if (leads.includes(lead)) expect([low, part]).toEqual([lead, 0])
          else if (lead > leads[leads.length - 1])
            expect([low, high, part]).toEqual([leads.at(-1), leads.at(-1), 0])
          else {
            expect(high).toBeGreaterThan(lead)
            expect(Math.exp((1 - part) * Math.log(low) + part * Math.log(high))).toBeCloseTo(lead, 6)
          }
        }
      }),
    )
  })
})
