import { expect, test } from 'vitest'
import { lonePoints } from '#shared/page/lone-points'

test('finds the values that no line runs through', () => {
  const on = undefined
  expect(lonePoints([1, null, 2, on, null, on, 3, on, 4, null, on, 5])).toEqual([0, 2, 11])
  expect(lonePoints([on, 1, 2, on, 3, null])).toEqual([])
  expect(lonePoints([null, on, null])).toEqual([])
  expect(lonePoints([7])).toEqual([0])
})
