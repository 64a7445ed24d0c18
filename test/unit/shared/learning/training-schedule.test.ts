import { describe, expect, it } from 'vitest'
import { TrainingSchedule } from '#shared/learning/training-schedule'

describe('TrainingSchedule', () => {
  // By hand: ten days of hours are 240 samples, of 50 series 12,000.
  it('waits for ten seasons of a typical series', () => {
    const schedule = new TrainingSchedule({ season: 24 })
    expect(schedule.plan({ samples: 11_999, series: 50 })).toBeNull()
    expect(schedule.plan({ samples: 12_000, series: 50 })).not.toBeNull()
  })

  it('waits for 200 samples of each series and 1,000 in all', () => {
    const schedule = new TrainingSchedule({ season: 1 })
    expect(schedule.plan({ samples: 999, series: 2 })).toBeNull()
    expect(schedule.plan({ samples: 1000, series: 2 })).not.toBeNull()
    expect(schedule.plan({ samples: 1999, series: 10 })).toBeNull()
    expect(schedule.plan({ samples: 2000, series: 10 })).not.toBeNull()
  })

  // By hand: from 240 rows to 4,344 by 12 % each: ln(18.1) / ln(1.12) = 25.6, so 26 sessions.
  it('trains again whenever the history has grown by 12 %', () => {
    const schedule = new TrainingSchedule({ season: 24 })
    let sessions = 0
    for (let rows = 1; rows <= 4344; rows++) {
      const due = schedule.plan({ samples: rows * 50, series: 50 })
      if (due === null) continue
      sessions++
      schedule.trained(due.samples)
    }
    expect(sessions).toBe(26)
  })

  it('hands on the steps that the operator set', () => {
    expect(new TrainingSchedule({ season: 1, steps: 7 }).plan({ samples: 5000, series: 1 })?.steps).toBe(7)
    expect(new TrainingSchedule({ season: 1 }).plan({ samples: 5000, series: 1 })?.steps).toBeUndefined()
  })
})
