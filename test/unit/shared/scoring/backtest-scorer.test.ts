import { describe, expect, it } from 'vitest'
import type { Forecast } from '#shared/forecast/forecast'
import { LEVELS, PublishedLevels } from '#shared/forecast/quantile-levels'
import { BacktestScorer } from '#shared/scoring/backtest-scorer'
import { type Season, seasonOf } from '#shared/series/season'
import { noise } from '../pipeline/line-driver.js'

const HOUR = 3_600_000
const H = 5
/** Twelve-hour cells with a season of 4: no week. */
const plain: Season = seasonOf(4, 12 * HOUR)

/** A forecast of one cell whose mean, median and bands are given by lead. */
function forecastAt(
  cell: number,
  value: number,
  mean: (lead: number) => number,
  half = 0,
  series = 'a',
): Forecast {
  const leads = Array.from({ length: H }, (_, h) => mean(h + 1))
  const widths = [-3, -2, -1, 0, 1, 2, 3].map((side) => side * half)
  return {
    series,
    originTimeMs: cell * 12 * HOUR,
    value,
    offset: 0,
    timestampMs: 0,
    yhat: Float64Array.from(leads),
    quantiles: Float64Array.from(widths.flatMap((width) => leads.map((lead) => lead + width))),
    shares: new Float64Array(1),
    coverage: new Float64Array(0),
    skill: new Float64Array(0),
    anomaly: 0,
    weightsVersion: 0,
    phase: 'live',
    flags: [],
    experts: Float64Array.from(leads.map((_, h) => 1000 + h)),
  }
}

function newScorer(fromCell: number, season = plain) {
  const options = {
    horizon: H,
    cadenceMs: 12 * HOUR,
    season,
    expertNames: ['mine'],
    scoredFromMs: fromCell * 12 * HOUR,
  }
  return new BacktestScorer(options)
}

describe('BacktestScorer', () => {
  it('gives an oracle exactly 0 at each lead', () => {
    // Property: any misplacement by one lead would show, because the line rises by 1 in each cell.
    const scorer = newScorer(0)
    for (let cell = -20; cell < 40; cell++) scorer.take(forecastAt(cell, cell, (lead) => cell + lead))
    const { mse, mae, crps, byLead, coverage } = scorer.result()
    expect([mse, mae, crps]).toEqual([0, 0, 0])
    for (let lead = 1; lead <= H; lead++) expect(byLead[lead]).toEqual({ mse: 0, mae: 0, mase: 0 })
    expect(coverage).toEqual({ '0.5': 1, '0.8': 1, '0.95': 1 })
  })

  it('scores the levels that are asked for, and leaves the CRPS as it is', () => {
    // By hand: the median is 10, outcomes are 10 ± 2.5, and quantiles lie at 10 ± 4, 3, 2 and 1 half widths of 1; asked for are
    // 0.01 and 0.99, at ± 4, and 0.6, which is 10.5.
    const offsets = [-4, -3, -2, -1, 0, 0.5, 1, 2, 3, 4]
    const published = new PublishedLevels([0.99, 0.01, 0.6])
    const score = (levels: PublishedLevels, widths: readonly number[]) => {
      const season = seasonOf(4, 12 * HOUR)
      const scorer = new BacktestScorer({
        ...{ horizon: 1, cadenceMs: 12 * HOUR, season, expertNames: [], scoredFromMs: 0, published: levels },
      })
      for (let cell = 0; cell < 9; cell++) {
        const value = cell % 2 === 0 ? 12.5 : 7.5
        const yhat = Float64Array.of(10)
        const quantiles = Float64Array.from(widths, (offset) => 10 + offset)
        scorer.take({ ...forecastAt(cell, value, () => 10), yhat, quantiles, experts: null })
      }
      return scorer.result()
    }
    const { quantiles, coverage, crps } = score(published, offsets)
    expect(coverage).toEqual({ '0.5': 0, '0.8': 0, '0.95': 1, '0.98': 1 })
    expect(quantiles['0.6']!.below).toBe(0.5)
    // Four outcomes at 2 above it, four at 3 below.
    expect(quantiles['0.6']!.pinball).toBeCloseTo((0.6 * 2 + 0.4 * 3) / 2, 12)
    expect(quantiles['0.99']!.pinball).toBeCloseTo((0.01 * 1.5 + 0.01 * 6.5) / 2, 12)
    expect(quantiles['0.01']!.below).toBe(0)
    expect(crps).toBe(score(new PublishedLevels(), [-3, -2, -1, 0, 1, 2, 3]).crps)
  })

  it('finds persistence off by exactly its lead on a straight line, and the oracle of one lead off by one', () => {
    const scorer = newScorer(0)
    for (let cell = -20; cell < 40; cell++) scorer.take(forecastAt(cell, cell, (lead) => cell + lead + 1))
    const { byLead, experts } = scorer.result()
    for (let lead = 1; lead <= H; lead++) {
      expect(byLead[lead]).toMatchObject({ mse: 1, mae: 1 })
      expect(experts.persistence.byLead[lead]).toMatchObject({ mse: lead * lead, mae: lead })
      // One season, 4 cells, back: 4 behind, and beyond a season 8.
      expect(experts.seasonal.byLead[lead].mae).toBe(lead <= 4 ? 4 : 8)
    }
  })

  it('scores forecasts, baselines and MASE as a plain double loop over the same values does', () => {
    const from = 30
    const values = [0, 1].map((seed) =>
      Array.from({ length: 80 }, (_, t) => 10 * seed + 3 * noise(seed, t) + (t % 4)),
    )
    const said = (seed: number, t: number, lead: number) => values[seed][t] + 0.1 * lead
    const scorer = newScorer(from)
    for (let t = 0; t < 80; t++) {
      for (const seed of [0, 1]) {
        scorer.take(forecastAt(t, values[seed][t], (lead) => said(seed, t, lead), 0.7, `s${seed}`))
      }
    }
    const found = scorer.result()

    // Expected: the definitions, as directly as they can be written [Hyndman and Koehler 2006 for MASE].
    const mean = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length
    const own: number[] = []
    const scaled: number[] = []
    const lasting: number[] = []
    const lastingScaled: number[] = []
    const seasonal: number[] = []
    const crps: number[] = []
    const covered: number[] = []
    for (const [seed, series] of values.entries()) {
      const scale = mean(series.slice(4, from).map((y, i) => Math.abs(y - series[i])))
      for (let t = from; t < 80; t++) {
        for (let lead = 1; lead <= H && t + lead < 80; lead++) {
          const y = series[t + lead]
          const error = y - said(seed, t, lead)
          own.push(error)
          scaled.push(Math.abs(error) / scale)
          lasting.push(y - series[t])
          lastingScaled.push(Math.abs(y - series[t]) / scale)
          seasonal.push(y - series[t + lead - 4 * Math.ceil(lead / 4)])
          covered.push(Math.abs(error) <= 1.4 ? 1 : 0)
          const scores = LEVELS.map((level, q) => {
            const above = error - 0.7 * (q - 3)
            return above >= 0 ? level * above : (level - 1) * above
          })
          crps.push(2 * mean(scores))
        }
      }
    }
    const absolute = (xs: readonly number[]) => mean(xs.map(Math.abs))
    const squared = (xs: readonly number[]) => mean(xs.map((x) => x * x))
    expect(found.mse).toBeCloseTo(squared(own), 10)
    expect(found.mae).toBeCloseTo(absolute(own), 10)
    expect(found.mase).toBeCloseTo(mean(scaled), 10)
    expect(found.crps).toBeCloseTo(mean(crps), 10)
    expect(found.coverage['0.8']).toBeCloseTo(mean(covered), 10)
    expect(found.skill).toBeCloseTo(1 - absolute(own) / absolute(seasonal), 10)
    expect(found.experts.persistence).toMatchObject({
      mse: expect.closeTo(squared(lasting), 10),
      mae: expect.closeTo(absolute(lasting), 10),
      mase: expect.closeTo(mean(lastingScaled), 10),
    })
    expect(found.experts.seasonal.mae).toBeCloseTo(absolute(seasonal), 10)
    expect(found.origins).toBe(2 * (80 - from - 1))
  })

  it('scores no target that never came, and none before the scored part', () => {
    const scorer = newScorer(10)
    for (const cell of [0, 1, 2, 9, 10, 12, 20])
      scorer.take(forecastAt(cell, cell, (lead) => cell + 2 * lead))
    const { byLead, origins } = scorer.result()
    // By hand: from origin 10 only lead 2 (cell 12) comes; 12 → 20 lies beyond the horizon; 9 → 10 is not scored.
    expect(origins).toBe(1)
    expect(byLead[2].mae).toBe(2)
    for (const lead of [1, 3, 4, 5]) expect(byLead[lead].mae).toBeNaN()
  })

  it('takes what the line says of an expert that the simple methods do not compute', () => {
    const scorer = newScorer(0)
    for (let cell = 0; cell < 10; cell++) scorer.take(forecastAt(cell, 0, () => 0))
    // By hand: forecastAt lets the expert say 1000 + lead − 1.
    expect(scorer.result().experts.mine.byLead[3].mae).toBe(1002)
  })

  it('compares with the week where there is one', () => {
    const season = seasonOf(2, 12 * HOUR)
    const options = {
      horizon: H,
      cadenceMs: 12 * HOUR,
      season,
      expertNames: [],
      scoredFromMs: 28 * 12 * HOUR,
    }
    const scorer = new BacktestScorer(options)
    // A line: a week of 14 cells ago is 14 below, and the forecast is 7 off, so skill is a half.
    for (let cell = 0; cell < 60; cell++) scorer.take(forecastAt(cell, cell, (lead) => cell + lead - 7))
    const { skill, mase, experts } = scorer.result()
    expect(experts['seasonal-week'].mae).toBe(14)
    expect(skill).toBe(0.5)
    expect(mase).toBe(0.5)
  })

  it("scores a protocol's windows over the origins whose every target is in the test, on the standardised scale", () => {
    const values = Array.from({ length: 60 }, (_, t) => 3 * noise(1, t) + (t % 4))
    const unit = 2.5
    const windows = [1, 3, 5]
    const protocol = {
      fromMs: 30 * 12 * HOUR,
      toMs: 50 * 12 * HOUR,
      windows,
      scales: new Map([['a', unit]]),
      unscaled: [],
    }
    const options = { horizon: H, cadenceMs: 12 * HOUR, season: plain, expertNames: [], scoredFromMs: 0 }
    const scorer = new BacktestScorer({ ...options, protocol })
    for (let t = 0; t < 60; t++) scorer.take(forecastAt(t, values[t], (lead) => values[t] + lead))
    const found = scorer.result()
    // Expected: first origin 29, so that the first target is row 30; the last target of a window is row 49 at most.
    for (const leads of windows) {
      let squared = 0
      let persistence = 0
      let count = 0
      for (let t = 29; t + leads < 50; t++) {
        for (let lead = 1; lead <= leads; lead++) {
          squared += ((values[t + lead] - values[t] - lead) / unit) ** 2
          persistence += Math.abs(values[t + lead] - values[t]) / unit
          count++
        }
      }
      const window = found.windows?.[leads]
      expect(window?.targets).toBe(count)
      expect(window?.mse).toBeCloseTo(squared / count, 12)
      expect(window?.experts.persistence.mae).toBeCloseTo(persistence / count, 12)
    }
    expect(found.mse).toBe(found.windows?.[H].mse)
  })

  it('gives an oracle of a straight line exactly 0 at each lead and in each window of a protocol', () => {
    const protocol = {
      fromMs: 0,
      toMs: 30 * 12 * HOUR,
      windows: [1, H],
      scales: new Map([['a', 7]]),
      unscaled: [],
    }
    const options = { horizon: H, cadenceMs: 12 * HOUR, season: plain, expertNames: [], scoredFromMs: 0 }
    const scorer = new BacktestScorer({ ...options, protocol })
    for (let cell = -20; cell < 40; cell++) scorer.take(forecastAt(cell, cell, (lead) => cell + lead))
    const { windows, byLead } = scorer.result()
    for (const leads of [1, H]) expect(windows?.[leads]).toMatchObject({ mse: 0, mae: 0 })
    for (let lead = 1; lead <= H; lead++) expect(byLead[lead]).toMatchObject({ mse: 0, mae: 0 })
  })
})
