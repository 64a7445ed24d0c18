import { describe, expect, it } from 'vitest'
import { baselineNames, SimpleBaselines } from '#shared/scoring/simple-baselines'
import { seasonOf } from '#shared/series/season'

const HOUR = 3_600_000

function forecastsOf(baselines: SimpleBaselines, leads: number): number[][] {
  const out = new Float64Array(leads * baselines.count)
  baselines.write(leads, out)
  return Array.from({ length: leads }, (_, h) =>
    Array.from({ length: baselines.count }, (_, method) => out[method * leads + h]),
  )
}

// Expected by hand.
describe('SimpleBaselines', () => {
  it('says the last value, the value a season ago, and the mean of the phase', () => {
    const season = seasonOf(4, 12 * HOUR)
    const baselines = new SimpleBaselines(season)
    for (const [index, value] of [1, 2, 3, 4, 5, 8, 7].entries()) baselines.take(index, value)
    expect(baselineNames(season)).toEqual(['persistence', 'seasonal', 'phase-mean'])
    const [first, second, third, fourth, fifth] = forecastsOf(baselines, 5)
    expect(first).toEqual([7, 4, 4])
    expect(second).toEqual([7, 5, 3])
    expect(third).toEqual([7, 8, 5])
    expect(fourth).toEqual([7, 7, 5])
    expect(fifth).toEqual([7, 4, 4])
  })

  it('falls back on the last value where nothing is known yet', () => {
    const baselines = new SimpleBaselines(seasonOf(4, 12 * HOUR))
    baselines.take(-2, 6)
    expect(forecastsOf(baselines, 1)).toEqual([[6, 6, 6]])
  })

  it('falls back on yesterday while there is no week', () => {
    const season = seasonOf(2, 12 * HOUR)
    const baselines = new SimpleBaselines(season)
    for (let index = 0; index < 13; index++) baselines.take(index, index)
    expect(baselineNames(season)).toEqual(['persistence', 'seasonal', 'seasonal-week', 'phase-mean'])
    // A week is 14 cells: of lead 1 (cell 13) it would be cell −1, of lead 2 it is cell 0.
    const [first, second] = forecastsOf(baselines, 2)
    expect(first.slice(0, 3)).toEqual([12, 11, 11])
    expect(second.slice(0, 3)).toEqual([12, 12, 0])
  })

  it('knows the values of two seasons', () => {
    const baselines = new SimpleBaselines(seasonOf(4, 12 * HOUR))
    for (const index of [0, 3, 4, 8]) baselines.take(index, 10 + index)
    expect([3, 4, 8].map((index) => baselines.at(index))).toEqual([13, 14, 18])
    expect([0, 7, 9].map((index) => baselines.at(index))).toEqual([Number.NaN, Number.NaN, Number.NaN])
  })
})
