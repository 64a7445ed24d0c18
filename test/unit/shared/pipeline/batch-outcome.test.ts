import { describe, expect, it } from 'vitest'
import { BatchOutcome, type Lifecycle } from '#shared/pipeline/batch-outcome'

const event = (offset: number): Lifecycle => ({
  series: 'a',
  event: 'late',
  timeMs: 0,
  offset,
  timestampMs: 0,
})

describe('BatchOutcome', () => {
  it('gives entries in the order of their causes, however they were added', () => {
    const outcome = new BatchOutcome(0)
    const [first, second, third] = [outcome.nextSequence(), outcome.nextSequence(), outcome.nextSequence()]
    outcome.addLifecycle(third, 3, event(3))
    outcome.addLifecycle(first, 1, event(1))
    outcome.addLifecycle(second, 2, event(2))
    expect(outcome.lifecycle.map(({ offset }) => offset)).toEqual([1, 2, 3])
  })

  it('leaves out what was published before: by the record that caused it, not by the one it speaks of', () => {
    const outcome = new BatchOutcome(10)
    outcome.addLifecycle(0, 9, event(9))
    outcome.addLifecycle(1, 10, event(4))
    expect(outcome.lifecycle.map(({ offset }) => offset)).toEqual([4])
    expect([outcome.publishes(9), outcome.publishes(10)]).toEqual([false, true])
    const record = { offset: 9, key: null, value: null, headers: [], timestamp: 0 }
    outcome.addDeadLetter(2, { record, reason: 'unparseable', message: '', series: null })
    outcome.addDeadLetter(3, {
      record: { ...record, offset: 10 },
      reason: 'too-deep',
      message: '',
      series: null,
    })
    expect(outcome.deadLetters.map(({ reason }) => reason)).toEqual(['too-deep'])
  })
})
