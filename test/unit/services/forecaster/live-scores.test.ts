import { describe, expect, it } from 'vitest'
import { LivePipelineScores } from '#services/forecaster/live-scores'
import type { Forecast } from '#shared/forecast/forecast'
import { CRPS, EXPERT_ERRORS, HALF_WIDTH, MEDIAN_THEN, type Score } from '#shared/forecast/score'

const known = (value: number | null) => value ?? Number.NaN
const forecast = (skill: (number | null)[]) =>
  ({ skill: Float64Array.from(skill, known) }) as unknown as Forecast
const score = (value: number, leads: number[], median: number[]) => {
  const rows: number[][] = []
  rows[MEDIAN_THEN] = median
  for (const [band, width] of [1, 2, 4].entries()) rows[HALF_WIDTH + band] = leads.map(() => width)
  rows[CRPS] = median.map((at) => Math.abs(value - at) / 2)
  const unknown = leads.map(() => Number.NaN)
  const all = Array.from({ length: EXPERT_ERRORS }, (_, row) => rows[row] ?? unknown)
  return { value, leads, rows: Float64Array.from(all.flat()) } as unknown as Score
}

// Expected by hand: plain means while there are few.
describe('LivePipelineScores', () => {
  it('means what the scores say, lead band by lead band', () => {
    const live = new LivePipelineScores([1, 7])
    live.take(
      [forecast([0.2, null]), forecast([0.4, -1])],
      [score(10, [1, 2, 7], [8, 0, 11]), score(10, [1], [14])],
    )
    const [[short, near], [medium, far]] = live.byBand()
    expect([short, medium]).toEqual(['short', 'medium'])
    expect(near.mae).toBe(3)
    expect(near.mase).toBeCloseTo(0.7, 12)
    // Errors of 2 and 4 beside half widths of 1, 2 and 4; an outcome on the edge is inside, as in the scores topic.
    expect([near.coverage50, near.coverage80, near.coverage95]).toEqual([0, 0.5, 1])
    expect(far.mae).toBe(1)
    expect(far.mase).toBe(2)
    expect([far.coverage50, far.coverage80, far.coverage95]).toEqual([1, 1, 1])
    expect(live.overall().mase).toBeCloseTo(1.35, 12)
    expect(live.overall().coverage80).toBe((0.5 + 1) / 2)
  })

  it('tells on which side of the forecasts outcomes lie, and whether errors have grown', () => {
    const live = new LivePipelineScores([1])
    // By hand, half widths of 2: outcomes one too high and three too low are −0.5 half widths on the average of both.
    live.take([], [score(11, [1], [10]), score(7, [1], [10])])
    expect(live.byBand()[0][1]).toMatchObject({ crps: 1, bias: -0.5, drift: 1 })
    for (let i = 0; i < 20_000; i++) live.take([], [score(11, [1], [10])])
    expect(live.byBand()[0][1].bias).toBeCloseTo(0.5, 3)
    expect(live.byBand()[0][1].drift).toBeCloseTo(1, 3)
    // Errors double: 500 outcomes later the recent mean has nearly all of it, 1 − e^-2, the usual one 1 − e^-0.25.
    for (let i = 0; i < 500; i++) live.take([], [score(12, [1], [10])])
    expect(live.byBand()[0][1].drift).toBeCloseTo((2 - Math.exp(-2)) / (2 - Math.exp(-0.25)), 2)
  })

  it('sees bands that have ceased to hold as soon as errors that have grown', () => {
    const live = new LivePipelineScores([1])
    for (let i = 0; i < 20_000; i++) live.take([], [score(11, [1], [10])])
    for (let i = 0; i < 2000; i++) live.take([], [score(13, [1], [10])])
    // Of the weight of a mean over 2,000, e^-1 is left to what was before.
    const [[, { mae, coverage80, coverage95 }]] = live.byBand()
    expect(mae).toBeCloseTo(3 - 2 * Math.exp(-1), 3)
    expect(coverage80).toBeCloseTo(Math.exp(-1), 3)
    expect(coverage95).toBe(1)
  })

  it('says that it knows nothing before anything was scored', () => {
    const live = new LivePipelineScores([1, 7, 20])
    expect(live.overall()).toEqual({ mase: null, coverage80: null })
    expect(live.byBand()[0][1].mae).toBeNaN()
  })

  it('forgets what lies thousands of forecasts back', () => {
    const live = new LivePipelineScores([1])
    for (let i = 0; i < 2000; i++) live.take([], [score(100, [1], [0])])
    for (let i = 0; i < 20_000; i++) live.take([], [score(1, [1], [0])])
    // (1 − 1/2000)^20000 is e^-10 of what was.
    expect(live.byBand()[0][1].mae).toBeCloseTo(1 + 99 * Math.exp(-10), 3)
  })
})
