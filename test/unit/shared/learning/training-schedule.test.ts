import { describe, expect, it } from 'vitest'
import { TrainingSchedule } from '#shared/learning/training-schedule'

describe('TrainingSchedule', () => {
  // By hand: ten days of hours are 240 samples, of 50 series 12,000.
  it('waits for ten seasons of a typical series', () => {
    const schedule = new TrainingSchedule({ season: 24 })
    expect(schedule.plan({ samples: 11_999, series: 50, streamTimeMs: 0 })).toBeNull()
    expect(schedule.plan({ samples: 12_000, series: 50, streamTimeMs: 0 })).not.toBeNull()
  })

  it('waits for 200 samples of each series and 1,000 in all', () => {
    const schedule = new TrainingSchedule({ season: 1 })
    expect(schedule.plan({ samples: 999, series: 2, streamTimeMs: 0 })).toBeNull()
    expect(schedule.plan({ samples: 1000, series: 2, streamTimeMs: 0 })).not.toBeNull()
    expect(schedule.plan({ samples: 1999, series: 10, streamTimeMs: 0 })).toBeNull()
    expect(schedule.plan({ samples: 2000, series: 10, streamTimeMs: 0 })).not.toBeNull()
  })

  // By hand: from 240 rows to 4,344 by 12 % each: ln(18.1) / ln(1.12) = 25.6, so 26 sessions.
  it('trains again whenever the history has grown by 12 %', () => {
    const schedule = new TrainingSchedule({ season: 24 })
    let sessions = 0
    for (let rows = 1; rows <= 4344; rows++) {
      const due = schedule.plan({ samples: rows * 50, series: 50, streamTimeMs: 0 })
      if (due === null) continue
      sessions++
      schedule.trained(due.samples, 0)
    }
    expect(sessions).toBe(26)
  })

  it('trains every so many samples where the operator says so, after a first session as ever', () => {
    const schedule = new TrainingSchedule({ season: 24, every: { samples: 500 } })
    const at = (samples: number) => schedule.plan({ samples, series: 50, streamTimeMs: 0 })
    expect(at(11_999)).toBeNull()
    expect(at(12_000)).not.toBeNull()
    schedule.trained(12_000, 0)
    expect(at(12_499)).toBeNull()
    expect(at(12_500)).not.toBeNull()
  })

  it('trains after so much event time where the operator says so, however many samples came', () => {
    const schedule = new TrainingSchedule({ season: 24, every: { durationMs: 7_000 } })
    const at = (samples: number, streamTimeMs: number) => schedule.plan({ samples, series: 50, streamTimeMs })
    expect(at(12_000, 1_000)).not.toBeNull()
    schedule.trained(12_000, 1_000)
    expect(at(900_000, 7_999)).toBeNull()
    expect(at(12_001, 8_000)).not.toBeNull()
  })

  it('hands on the steps that the operator set', () => {
    expect(
      new TrainingSchedule({ season: 1, steps: 7 }).plan({ samples: 5000, series: 1, streamTimeMs: 0 })
        ?.steps,
    ).toBe(7)
    expect(
      new TrainingSchedule({ season: 1 }).plan({ samples: 5000, series: 1, streamTimeMs: 0 })?.steps,
    ).toBeUndefined()
  })
})
