import { describe, expect, it } from 'vitest'
import { fastLeads } from '#shared/experts/fast-read-out'
import { RegressionArenas } from '#shared/regression/regression-arenas'
import { AUTOREGRESSION, LOG_SEASONAL } from '#shared/series-state/series-state'
import { blownUp, HOSTILE_KINDS } from '../unit/shared/regression/hostile-updates.js'

/** In all, over the kinds of series: one a minute for nineteen years. FORETIDE_HOSTILE_UPDATES=110000000 gives each kind so many. */
const UPDATES = Number(process.env.FORETIDE_HOSTILE_UPDATES ?? 10_000_000)

describe(`${UPDATES} updates by hostile series end within ten times their range`, () => {
  it.each([
    ['an autoregression', AUTOREGRESSION, 25, 0],
    ['a read-out of 48 units', 0, 74, 48],
    ['a regression of logarithms', LOG_SEASONAL, 4, 0],
  ] as const)('in %s', { timeout: 2 * 3_600_000 }, (_, place, features, units) => {
    const regression = new RegressionArenas(24, fastLeads(24)).of(place, features)
    expect(blownUp(regression, Math.ceil(UPDATES / HOSTILE_KINDS), units)).toEqual([])
  })
})
