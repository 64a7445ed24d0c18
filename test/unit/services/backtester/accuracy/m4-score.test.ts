import { describe, expect, it } from 'vitest'
import { scoreM4 } from '#services/backtester/accuracy/m4-score'

describe('scoreM4', () => {
  it('gives MASE, sMAPE and OWA as worked out by hand', () => {
    // The history rises by 24 a day, so the scale is 24; errors are 12 and 6: MASE (0.5 + 0.25) / 2.
    const history = Array.from({ length: 72 }, (_, t) => t)
    const series = { history, outcome: [100, 50], forecast: [112, 44] }
    const { mase, smape, owa } = scoreM4([series])
    expect(mase).toBeCloseTo(0.375, 12)
    // 200 × 12 / 212 and 200 × 6 / 94.
    expect(smape).toBeCloseTo((11.320754716981131 + 12.76595744680851) / 2, 12)
    // Relative to the organisers' Naive2: 2.395 and 18.383.
    expect(owa).toBeCloseTo((0.375 / 2.395 + smape / 18.383) / 2, 12)
  })

  it('gives a perfect forecast 0', () => {
    const history = Array.from({ length: 72 }, (_, t) => t % 7)
    expect(scoreM4([{ history, outcome: [1, 2], forecast: [1, 2] }])).toEqual({ mase: 0, smape: 0, owa: 0 })
  })
})
