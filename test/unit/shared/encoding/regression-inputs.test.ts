import { describe, expect, it } from 'vitest'
import { RegressionInputs, type Said } from '#shared/encoding/regression-inputs'
import { RunningScale } from '#shared/encoding/running-scale'
import { StateLayout } from '#shared/series-state/state-layout'

const horizon = 6

function newInputs() {
  const layout = new StateLayout()
  layout.reserve('something before it', 2)
  const scale = new RunningScale(layout, 4)
  const inputs = new RegressionInputs(layout, scale, horizon)
  const numbers = new Float64Array(layout.size)
  let before = Number.NaN
  const take = (index: number, value: number, said: Said | null, observed = true) => {
    if (observed) scale.learn(numbers, value, before)
    before = value
    const row = new Float32Array(inputs.names.length + 1)
    inputs.encode(numbers, index, value, observed, said, row, 1)
    return Object.fromEntries(inputs.names.map((name, i) => [name, row[i + 1]]))
  }
  return { inputs, scale, numbers, take }
}

/** Lead h is value + h · rise, said in units of 2 around 100, behind two numbers of somebody else. */
const rising = (value: number, rise: number): Said => ({
  said: Float32Array.from([
    9,
    9,
    ...Array.from({ length: horizon }, (_, h) => (value + (h + 1) * rise - 100) / 2),
  ]),
  ...{ at: 2, center: 100, unit: 2 },
})

describe('RegressionInputs', () => {
  it('names the leads within the horizon', () => {
    expect(newInputs().inputs.names).toEqual([
      ...['regressed-1', 'regressed-3', 'regressed-6', 'regression-error-1', 'regression-error-6'],
      ...['regression-error-short', 'regression-error-long'],
    ])
  })

  it('writes what is said to change, and what was said wrongly once it has matured', () => {
    const { take, scale, numbers } = newInputs()
    const values = [100, 103, 99, 102, 98, 103, 97, 104, 99, 101]
    let [short, long] = [0, 0]
    values.forEach((value, i) => {
      const row = take(i - 3, value, rising(value, 0.5))
      const [spread, step] = [scale.spread(numbers), scale.step(numbers)]
      // By hand: lead h is said to change by h / 2; the first lead in steps, the others in spreads; all within ±6.
      const within = (x: number) => Math.min(6, Math.max(-6, x))
      expect(row['regressed-1']).toBeCloseTo(within(0.5 / step), 5)
      expect(row['regressed-3']).toBeCloseTo(within(1.5 / spread), 5)
      expect(row['regressed-6']).toBeCloseTo(within(3 / spread), 5)
      const one = i < 1 ? 0 : within((value - (values[i - 1]! + 0.5)) / step)
      const six = i < 6 ? 0 : within((value - (values[i - 6]! + 3)) / spread)
      expect(row['regression-error-1']).toBeCloseTo(one, 5)
      expect(row['regression-error-6']).toBeCloseTo(six, 5)
      short += (one - short) / 6
      long += (one - long) / 24
      expect(row['regression-error-short']).toBeCloseTo(within(2 * short), 5)
      expect(row['regression-error-long']).toBeCloseTo(within(4 * long), 5)
    })
  })

  it('shows no error where nothing was said, nothing was observed, or what was said is void', () => {
    const { take, inputs, numbers } = newInputs()
    const errors = (row: Record<string, number>) => [row['regression-error-1'], row['regression-error-6']]
    const silent = take(0, 100, null)
    expect(Object.values(silent)).toEqual(Array(7).fill(0))
    expect(errors(take(1, 105, rising(105, 1)))).toEqual([0, 0])
    expect(errors(take(2, 100, rising(100, 1)))[0]).toBeLessThan(0)
    expect(errors(take(3, 100, rising(100, 1), false))).toEqual([0, 0])
    expect(errors(take(4, 100, rising(100, 1)))[0]).toBeLessThan(0)
    inputs.forget(numbers)
    for (let i = 5; i < 11; i++) expect(errors(take(i, 100, rising(100, 1)))[1]).toBe(0)
    expect(errors(take(11, 100, rising(100, 1)))[1]).toBeLessThan(0)
  })
})
