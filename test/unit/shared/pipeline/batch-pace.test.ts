import { describe, expect, it } from 'vitest'
import { BatchPace } from '#shared/pipeline/batch-pace'

// Expected by hand: a second is what a batch may take.
describe('the size of batches', () => {
  it('begins at 500 or at the setting, whichever is less', () => {
    expect(new BatchPace(100_000).recordsMax).toBe(500)
    expect(new BatchPace(50).recordsMax).toBe(50)
  })

  it('grows to the setting while batches are quick', () => {
    const pace = new BatchPace(3_000)
    const sizes = [0, 200, 900, 0].map((elapsedMs) => {
      pace.took(pace.recordsMax, elapsedMs)
      return pace.recordsMax
    })
    expect(sizes).toEqual([1_000, 2_000, 3_000, 3_000])
  })

  it('shrinks at once to what a second is enough for', () => {
    const pace = new BatchPace(100_000)
    pace.took(500, 5_000)
    expect(pace.recordsMax).toBe(100)
    pace.took(100, 200_000)
    expect(pace.recordsMax).toBe(1)
    pace.took(1, 10)
    expect(pace.recordsMax).toBe(2)
  })

  it('does not take a small batch for a sign of slowness', () => {
    const pace = new BatchPace(2_000)
    pace.took(500, 10)
    pace.took(3, 10)
    expect(pace.recordsMax).toBe(1_000)
  })
})
