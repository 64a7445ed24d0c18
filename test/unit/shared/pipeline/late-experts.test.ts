import { describe, expect, it } from 'vitest'
import { HOUR, LineDriver, noise } from './line-driver.js'

const DAY = 24
const WEEK = 7 * DAY

describe('an expert that needs a whole week before it can speak', () => {
  it('is believed three days after it began to be right, whatever stood in its place before', () => {
    // Every week is the same, no day is: only who looks back a week can know it.
    const driver = new LineDriver({ cadenceMs: HOUR, season: DAY, horizon: DAY })
    const week = Array.from({ length: WEEK }, (_, t) => 100 * noise(1, t))
    const values = Array.from({ length: 2 * WEEK }, (_, t) => week[t % WEEK]!)
    const late = driver.readAll('a', values).filter(({ offset }) => offset >= WEEK + 3 * DAY)
    expect(late).toHaveLength(4 * DAY)
    const errors = late.map(({ offset, yhat }) => Math.abs(yhat[0]! - week[(offset + 1) % WEEK]!))
    // The mean of the values errs by 50; were the stand-in counted it would be 5.
    expect(errors.reduce((a, b) => a + b, 0) / errors.length).toBeLessThan(2)
  })
})
