import { describe, expect, it } from 'vitest'
import { fastLeads } from '#shared/experts/fast-read-out'
import { RegressionArenas } from '#shared/regression/regression-arenas'
import { AUTOREGRESSION, LOG_SEASONAL } from '#shared/series-state/series-state'
import { blownUp, HOSTILE_KINDS } from './hostile-updates.js'

// Updates enough for a covariance without its guard to blow up; test/accuracy/hostile-updates.test.ts goes on for ten million.
const UPDATES = Math.ceil(300_000 / HOSTILE_KINDS)

describe('hostile series are forecast within ten times their range', () => {
  it.each([
    ['an autoregression', AUTOREGRESSION, 25, 0],
    ['a read-out of 48 units', 0, 74, 48],
    ['a regression of logarithms', LOG_SEASONAL, 4, 0],
  ] as const)('by %s', (_, place, features, units) => {
    const regression = new RegressionArenas(24, fastLeads(24)).of(place, features)
    expect(blownUp(regression, UPDATES, units)).toEqual([])
  })
})
