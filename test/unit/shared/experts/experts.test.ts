import { describe, expect, it } from 'vitest'
import { SampleEncoder } from '#shared/encoding/sample-encoder'
import { Autoregression } from '#shared/experts/autoregression'
import { chosenExperts } from '#shared/experts/chosen-experts'
import { EXPERT_NAMES } from '#shared/experts/expert-names'
import { FastReadOut } from '#shared/experts/fast-read-out'
import { FrozenScale } from '#shared/experts/frozen-scale'
import { HeadGain } from '#shared/experts/head-gain'
import { ReadOut } from '#shared/experts/read-out'
import { RecurrentHead } from '#shared/experts/recurrent-head'
import { knotsFor } from '#shared/forecast/knots'
import { type Season, seasonOf } from '#shared/series/season'
import { StateLayout } from '#shared/series-state/state-layout'

const HOUR = 3_600_000

function makeExperts(layout: StateLayout, encoder: SampleEncoder, season: Season, horizon: number) {
  const frozen = new FrozenScale(layout, encoder.scale, season)
  const autoregression = new Autoregression(encoder, frozen, season, horizon)
  const readOut = new ReadOut(encoder, frozen, season, horizon)
  const fastReadOut = new FastReadOut(frozen, season.main, horizon)
  const gain = new HeadGain(layout, knotsFor(horizon, season.main))
  const recurrent = new RecurrentHead(encoder.scale, horizon, { autoregression, gain })
  const own = { drift: null, logSeasonal: null, autoregression, readOut, fastReadOut, recurrent }
  return { frozen, experts: chosenExperts(EXPERT_NAMES, encoder, season, horizon, own) }
}

/** What every expert says after these values, one per cell from `first` on. S = 4, no week: twelve-hour cells are no day. */
function sayAll(values: readonly number[], first = 0, horizon = 9, head: readonly number[] = []) {
  const layout = new StateLayout()
  const season = seasonOf(4, 12 * HOUR)
  const encoder = new SampleEncoder(layout, season, horizon)
  const { frozen, experts } = makeExperts(layout, encoder, season, horizon)
  const numbers = new Float64Array(layout.size)
  const row = new Float32Array(encoder.features)
  for (const [i, value] of values.entries()) {
    encoder.encode(numbers, first + i, value, true, 0, row, 0)
    frozen.hold(numbers)
  }
  const index = first + values.length - 1
  const [dayAhead, ahead] = [new Float64Array(3 + horizon), new Float64Array(3 + horizon)]
  encoder.profile.writeAhead(numbers, index, horizon, dayAhead, ahead, 2)
  const view = {
    ...{ dayAhead, ahead, aheadAt: 2 },
    numbers,
    index,
    value: values[values.length - 1],
    samples: values.length,
    leadsAt: 2,
    head: Float32Array.from([9, 9, ...head, ...Array(horizon).fill(0)]),
    regressed: new Float32Array(2 + horizon).fill(1, 2),
    readOut: new Float32Array(2 + horizon).fill(-2, 2),
    fastReadOut: new Float32Array(2 + horizon).fill(3, 2),
    logRegressed: new Float32Array(0),
  }
  const said: Record<string, number[]> = {}
  for (const expert of experts) {
    const out = new Float64Array(horizon + 1)
    expert.forecast(view, out, 1)
    said[expert.name] = [...out.subarray(1)]
  }
  const { profile, scale } = encoder
  return { said, spread: scale.spread(numbers), mean: scale.mean(numbers), profile, numbers, index }
}

// Expected values by hand: lead h of the seasonal naive is y[t + h − S⌈h/S⌉].
describe('the experts', () => {
  const values = [1, 2, 3, 4, 11, 12, 13, 14, 21, 22]

  it('seasonal says what was a season ago, and again beyond a season', () => {
    for (const first of [0, -7, 1_000_001]) {
      expect(sayAll(values, first).said.seasonal).toEqual([13, 14, 21, 22, 13, 14, 21, 22, 13])
    }
  })

  it('persistence says the last value up to half a season, and what the profile says beyond', () => {
    // Of values that repeat, so that all of the profile is believed.
    const { said } = sayAll([1, 2, 3, 4, 1, 2, 3, 4, 1, 2])
    expect(said.persistence.slice(0, 2)).toEqual([2, 2])
    said.persistence.slice(2).forEach((value, i) => void expect(value).toBeCloseTo(said.profile[2 + i]!, 9))
  })

  it('persistence goes along the profile as far as the series has shown that it does', () => {
    // They rise by 5 in half a season, whatever the phase, so that the profile explains a part of that at most.
    const { said, profile, numbers } = sayAll(values)
    const carry = profile.carry(numbers)
    said.persistence.slice(2).forEach((value, i) => {
      expect(value).toBeCloseTo(22 + carry * (said.profile[2 + i]! - 22), 9)
    })
  })

  it('profile moves the last value along the day', () => {
    const { said, profile, numbers, index } = sayAll(values)
    said.profile.forEach((value, h) => {
      const moved = profile.dayDeviation(numbers, index + h + 1) - profile.dayDeviation(numbers, index)
      expect(value).toBeCloseTo(22 + moved, 9)
    })
    // A whole season on, the phase is the same and so is the value.
    expect(said.profile[3]).toBeCloseTo(22, 9)
    expect(said.profile[7]).toBeCloseTo(22, 9)
  })

  it('level-profile leaves the last value out of account', () => {
    const { said, profile, numbers, index } = sayAll(values)
    said['level-profile'].forEach((value, h) => {
      expect(value).toBeCloseTo(profile.level(numbers) + profile.deviation(numbers, index + h + 1), 9)
    })
  })

  it('recurrent says the last value plus its head in running spreads, so untrained it is persistence', () => {
    const { said, spread } = sayAll(values, 0, 3, [0.5, -2, 0])
    expect(said.recurrent).toEqual([22 + 0.5 * spread, 22 - 2 * spread, 22])
    expect(sayAll(values).said.recurrent).toEqual(Array(9).fill(22))
  })

  it('the regressions say their output in the scale that they learn in', () => {
    const { said, spread, mean } = sayAll(values)
    for (const value of said.autoregression) expect(value).toBeCloseTo(mean + spread, 9)
    for (const value of said['read-out']) expect(value).toBeCloseTo(mean - 2 * spread, 9)
    for (const value of said['fast-read-out']) expect(value).toBeCloseTo(mean + 3 * spread, 9)
  })

  it('all others say the one value that was seen when there was only one', () => {
    const { autoregression: _, 'read-out': __, 'fast-read-out': ___, ...said } = sayAll([7]).said
    for (const row of Object.values(said)) for (const value of row) expect(value).toBe(7)
  })

  it('stand in the order that states and messages keep, the recurrent head last', () => {
    const names = (season: ReturnType<typeof seasonOf>) => {
      const layout = new StateLayout()
      const { experts } = makeExperts(layout, new SampleEncoder(layout, season, 3), season, 3)
      return experts.map(({ name }) => name)
    }
    const plain = [
      'persistence',
      'seasonal',
      'profile',
      'level-profile',
      'autoregression',
      'read-out',
      'fast-read-out',
      'recurrent',
    ]
    expect(names(seasonOf(4, 12 * HOUR))).toEqual(plain)
    expect(names(seasonOf(24, HOUR))).toEqual(plain.toSpliced(2, 0, 'seasonal-week'))
  })
})
