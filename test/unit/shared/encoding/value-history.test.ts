import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ValueHistory } from '#shared/encoding/value-history'
import { StateLayout } from '#shared/series-state/state-layout'

describe('ValueHistory', () => {
  it('remembers its length of values, before 1970 too, and touches nothing beside them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: -1000, max: 1000 }),
        fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 60 }),
        (length, first, values) => {
          const layout = new StateLayout()
          layout.reserve('before', 1)
          const history = new ValueHistory(layout, length)
          layout.reserve('after', 1)
          const numbers = new Float64Array(layout.size)
          numbers[0] = numbers[layout.size - 1] = 42
          history.fill(numbers, -1)
          values.forEach((value, i) => {
            history.set(numbers, first + i, value)
            for (let back = 0; back < length; back++) {
              expect(history.get(numbers, first + i - back)).toBe(values[i - back] ?? -1)
            }
          })
          expect([numbers[0], numbers[layout.size - 1]]).toEqual([42, 42])
        },
      ),
      { numRuns: 50 },
    )
  })
})
