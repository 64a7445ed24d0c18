import { describe, expect, it } from 'vitest'
import { LivePipelineScores } from '#services/forecaster/live-scores'
import type { Forecast } from '#shared/forecast/forecast'
import { CRPS, EXPERT_ERRORS, HALF_WIDTH, MEDIAN_THEN, type Score } from '#shared/forecast/score'

const known = (value: number | null) => value ?? Number.NaN
const forecast = (skill: (number | null)[], coverage: (number | null)[][]) =>
  ({
    skill: Float64Array.from(skill, known),
    coverage: Float64Array.from(coverage.flat(), known),
  }) as unknown as Forecast
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
  it('means over series what each says of itself, lead band by lead band', () => {
    const live = new LivePipelineScores([1, 7])
    const rows = [
      [0.4, 0.6],
      [0.7, 0.9],
      [0.9, null],
    ]
    live.take(
      [
        forecast([0.2, null], rows),
        forecast(
          [0.4, -1],
          rows.map((row) => row.map((share) => (share ?? 0.8) + 0.1)),
        ),
      ],
      [score(10, [1, 2, 7], [8, 0, 11]), score(10, [1], [14])],
    )
    const [[short, near], [medium, far]] = live.byBand()
    expect([short, medium]).toEqual(['short', 'medium'])
    expect(near.mae).toBe(3)
    expect(near.mase).toBeCloseTo(0.7, 12)
    expect([near.coverage50, near.coverage80, near.coverage95]).toEqual([
      expect.closeTo(0.45, 12),
      expect.closeTo(0.75, 12),
      expect.closeTo(0.95, 12),
    ])
    expect(far.mae).toBe(1)
    expect(far.mase).toBe(2)
    expect(far.coverage95).toBeCloseTo(0.9, 12)
    expect(live.overall().mase).toBeCloseTo(1.35, 12)
    expect(live.overall().coverage80).toBeCloseTo((0.75 + 0.95) / 2, 12)
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
