import fc from 'fast-check'
import { expect, it } from 'vitest'
import { assignSticky, type Holder } from '#shared/log/kafka/sticky-assignment'

const holders = (held: Readonly<Record<string, readonly number[]>>): Holder[] =>
  Object.entries(held).map(([member, mine]) => ({ member, held: mine }))
const sorted = (assigned: Map<string, number[]>) =>
  Object.fromEntries([...assigned].map(([member, mine]) => [member, mine.sort((a, b) => a - b)]))

it('a member that comes takes its share, and nothing else moves', () => {
  const before = holders({ a: [0, 1, 2, 3], b: [4, 5, 6, 7], c: [] })
  // 8 partitions for three: 3, 3, 2.
  expect(sorted(assignSticky(before, 8))).toEqual({ a: [0, 1, 2], b: [4, 5, 6], c: [3, 7] })
})

it('what a member leaves behind goes to the others, who keep theirs', () => {
  expect(sorted(assignSticky(holders({ a: [0, 1], b: [4, 5] }), 6))).toEqual({ a: [0, 1, 2], b: [3, 4, 5] })
})

it('every partition goes to one member, shares differ by one at most, and a balanced group stays as it is', () => {
  const claims = fc.array(fc.array(fc.integer({ min: 0, max: 15 })), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(claims, fc.integer({ min: 1, max: 12 }), (held, partitions) => {
      const before = held.map((mine, i) => ({ member: `m${i}`, held: mine }))
      const assigned = assignSticky(before, partitions)
      expect([...assigned.values()].flat().sort((a, b) => a - b)).toEqual(
        Array.from({ length: partitions }, (_, p) => p),
      )
      const shares = [...assigned.values()].map((mine) => mine.length)
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1)
      const again = [...assigned].map(([member, mine]) => ({ member, held: mine }))
      expect(sorted(assignSticky(again, partitions))).toEqual(sorted(assigned))
    }),
  )
})
