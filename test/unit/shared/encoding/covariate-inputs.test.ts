import { describe, expect, it } from 'vitest'
import { CovariateInputs } from '#shared/encoding/covariate-inputs'
import { StateLayout } from '#shared/series-state/state-layout'

// Expected numbers are computed by hand.

function newInputs(names: readonly string[] = ['load'], season = 4) {
  const layout = new StateLayout()
  layout.reserve('something before it', 2)
  const inputs = new CovariateInputs(layout, names, season)
  const numbers = new Float64Array(layout.size)
  const take = (said: readonly (number | null)[] | null) => {
    const row = new Float32Array(inputs.names.length + 1)
    inputs.encode(numbers, said, row, 1)
    return Array.from(row.subarray(1))
  }
  return { inputs, numbers, take, layout }
}

describe('CovariateInputs', () => {
  it('names three inputs of each, in their order', () => {
    expect(newInputs(['load', 'wind.speed']).inputs.names).toEqual([
      ...['load/spread', 'load-step/step', 'load-observed'],
      ...['wind.speed/spread', 'wind.speed-step/step', 'wind.speed-observed'],
    ])
  })

  it('tells how far it lies from its mean, its step, and that it is there', () => {
    const { take } = newInputs()
    expect(take([1])).toEqual([0, 0, 1])
    // Mean 2, variance 1, mean square step 2: half of each of 0 and 4.
    expect(take([3])).toEqual([1, Math.fround(2 / Math.SQRT2), 1])
  })

  it('stays where it was while it is missing, and learns nothing then', () => {
    const { take, numbers } = newInputs()
    take([1])
    take([3])
    const before = [...numbers]
    expect(take([null])).toEqual([1, 0, 0])
    expect(take(null)).toEqual([1, 0, 0])
    expect([...numbers]).toEqual(before)
  })

  it('says nothing before it was seen, and keeps covariates apart', () => {
    const { take } = newInputs(['load', 'wind'])
    take([1, null])
    expect(take([3, null])).toEqual([1, Math.fround(2 / Math.SQRT2), 1, 0, 0, 0])
    expect(take([3, 5]).slice(3)).toEqual([0, 0, 1])
  })

  it('is not moved far by one wild value, and finds a switch that was off for long', () => {
    const { take, numbers } = newInputs()
    for (let i = 0; i < 200; i++) take([i % 2 === 0 ? 9 : 11])
    const usual = take([9])[0]!
    expect(take([1e30]).slice(0, 2)).toEqual([6, 6])
    take([11])
    expect(take([9])[0]).toBeCloseTo(usual, 0)
    expect([...numbers].every(Number.isFinite)).toBe(true)
    const off = newInputs()
    for (let i = 0; i < 100; i++) off.take([0])
    expect(off.take([1])[0]).toBe(6)
  })

  it('belongs to a state by its name: one that is renamed is another', () => {
    expect(newInputs(['load']).layout.fingerprint).not.toBe(newInputs(['wind']).layout.fingerprint)
  })
})
