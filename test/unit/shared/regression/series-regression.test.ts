import { describe, expect, it } from 'vitest'
import { SeriesRegression } from '#shared/regression/series-regression'
import { StateLayout } from '#shared/series-state/state-layout'

const F = 3
const LEADS = 4
const FORGETTING = 0.99

/** A number between −1 and 1 that follows from a place alone. */
function noise(at: number): number {
  const x = Math.sin(at * 12.9898 + 4.1) * 43758.5453
  return 2 * (x - Math.floor(x)) - 1
}

interface Step {
  readonly index: number
  readonly value: number
  readonly row: Float64Array
  readonly anchors: Float64Array
  readonly learns: boolean
}

function steps(count: number, index = (i: number) => i, learns: (i: number) => boolean = () => true): Step[] {
  return Array.from({ length: count }, (_, i) => ({
    index: index(i),
    value: 2 * noise(i) + noise(i - 1),
    row: Float64Array.of(noise(i), noise(i - 1), 1),
    anchors: Float64Array.from({ length: LEADS }, (_, h) => 0.1 * h),
    learns: learns(i),
  }))
}

function regression(leads = LEADS, forgetting = FORGETTING) {
  const layout = new StateLayout()
  const made = new SeriesRegression(layout, 'test', { features: F, leads, forgetting })
  return { made, numbers: new Float64Array(layout.size) }
}

function run(all: readonly Step[]) {
  const { made, numbers } = regression()
  for (const { index, value, row, anchors, learns } of all) {
    made.advance(numbers, index, value, row, anchors, learns)
  }
  const out = new Float64Array(LEADS)
  made.forecast(numbers, all[all.length - 1]!.index, out, 0)
  return out
}

describe('the regression of a series', () => {
  it('forecasts what the two-term law behind the values implies, lead by lead', () => {
    // y[t] = 2 n[t] + n[t−1] with n independent: of y[t+1] the row knows n[t], so w = (1, 0, 0); of later leads nothing.
    const { made, numbers } = regression(LEADS, 0.9999)
    const all = steps(4000)
    for (const { index, value, row } of all) {
      made.advance(numbers, index, value, row, new Float64Array(LEADS), true)
    }
    const out = new Float64Array(LEADS)
    made.forecast(numbers, all.length - 1, out, 0)
    expect(out[0]).toBeCloseTo(noise(all.length - 1), 1)
    for (let h = 1; h < LEADS; h++) expect(Math.abs(out[h]!)).toBeLessThan(0.1)
  })

  it('issues its anchors before it has learned, and after a restart', () => {
    const anchors = [0, 0.1, 0.2, 0.3]
    expect([...run(steps(1))].map((value) => +value.toFixed(6))).toEqual(anchors)
    const { made, numbers } = regression()
    for (const { index, value, row, anchors } of steps(50)) {
      made.advance(numbers, index, value, row, anchors, true)
    }
    made.restart(numbers)
    const [step] = steps(1, () => 50)
    made.advance(numbers, 50, 1, step!.row, step!.anchors, false)
    const out = new Float64Array(LEADS)
    made.forecast(numbers, 50, out, 0)
    expect([...out].map((value) => +value.toFixed(6))).toEqual(anchors)
  })

  it('learns from no value before its target has arrived', () => {
    // Only the last value differs, and no forecast before it does.
    const plain = steps(60)
    const changed = [...plain.slice(0, 59), { ...plain[59]!, value: 1e6 }]
    for (const length of [1, 30, 59]) {
      expect(run(changed.slice(0, length))).toEqual(run(plain.slice(0, length)))
    }
    expect(run(changed)).not.toEqual(run(plain))
  })

  it('takes nothing from values that stand in for missing ones', () => {
    const learns = (i: number) => i % 7 !== 3
    const all = steps(80, undefined, learns)
    const wild = all.map((step, i) => (learns(i) ? step : { ...step, value: 1e3 }))
    expect(run(wild)).toEqual(run(all))
  })

  it('matches no origin to a target across a gap', () => {
    // Every second cell: leads 1 and 3 never meet their targets, and stay at their anchors.
    const out = run(steps(200, (i) => 2 * i))
    expect(out[0]).toBeCloseTo(0, 6)
    expect(out[2]).toBeCloseTo(0.2, 6)
    expect(Math.abs(out[1]!)).toBeGreaterThan(0.01)
  })

  it('continues from copied numbers bit for bit', () => {
    const all = steps(120)
    const { made, numbers } = regression()
    let kept = numbers
    for (const [i, { index, value, row, anchors, learns }] of all.entries()) {
      if (i === 61) kept = new Float64Array(kept.slice().buffer)
      made.advance(kept, index, value, row, anchors, learns)
    }
    const out = new Float64Array(LEADS)
    made.forecast(kept, 119, out, 0)
    expect(out).toEqual(run(all))
  })

  it('stays finite on what a covariance cannot stand: constants, wild scales, bursts', () => {
    for (const scale of [0, 1, 1e-6, 1e4, 1e30]) {
      const { made, numbers } = regression(LEADS, 0.9999)
      for (let i = 0; i < 20_000; i++) {
        const row = Float64Array.of(scale, i % 100 < 50 ? scale : scale * noise(i), 1)
        made.advance(numbers, i, noise(i), row, new Float64Array(LEADS), true)
      }
      const out = new Float64Array(LEADS)
      made.forecast(numbers, 19_999, out, 0)
      for (const value of out) expect(Math.abs(value)).toBeLessThan(10)
    }
  })
})
