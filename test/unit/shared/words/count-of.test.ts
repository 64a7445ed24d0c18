import { expect, test } from 'vitest'
import { countOf } from '#shared/words/count-of'

test('writes one of a thing without an s, and all other counts with', () => {
  expect([0, 1, 2].map((count) => countOf(count, 'step'))).toEqual(['0 steps', '1 step', '2 steps'])
  expect([1, 3].map((count) => countOf(count, 'thing does', 'things do'))).toEqual([
    '1 thing does',
    '3 things do',
  ])
})

test('parts the digits of large counts into threes', () => {
  expect(countOf(14_400, 'event')).toBe('14,400 events')
  expect(countOf(1.5, 'day')).toBe('1.5 days')
})
