import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { knotsFor } from '#shared/forecast/knots'
import { MEAN, ORIGIN, PendingForecasts } from '#shared/forecast/pending-forecasts'
import { StateLayout } from '#shared/series-state/state-layout'

describe('PendingForecasts', () => {
  it('meets a forecast again at its target and nowhere else, over gaps and through 1970', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -200, max: 200 }),
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 80 }),
        (first, jumps) => {
          const layout = new StateLayout()
          const knots = knotsFor(24, 24)
          const pending = new PendingForecasts(layout, knots, 2, true)
          const numbers = new Float64Array(layout.size)
          const places = new Int32Array(knots.leads.length)
          pending.clear(numbers)
          const issued = new Set<number>()
          let index = first
          for (const jump of jumps) {
            pending.find(numbers, index, places)
            knots.leads.forEach((lead, knot) => {
              const at = places[knot]!
              // The model: a plain set of all origins ever.
              expect(at >= 0).toBe(issued.has(index - lead))
              if (at >= 0) expect(numbers[at + MEAN]).toBe(1000 * lead + index - lead)
            })
            knots.leads.forEach((lead, knot) => {
              const at = pending.place(knot, index)
              numbers[at + ORIGIN] = index
              numbers[at + MEAN] = 1000 * lead + index
            })
            issued.add(index)
            index += jump
          }
        },
      ),
    )
  })

  it('finds nothing after it was cleared, not even an origin at 0', () => {
    const layout = new StateLayout()
    const knots = knotsFor(6, 4)
    const pending = new PendingForecasts(layout, knots, 1, false)
    const numbers = new Float64Array(layout.size)
    const places = new Int32Array(knots.leads.length)
    pending.clear(numbers)
    for (let target = -10; target <= 10; target++) {
      pending.find(numbers, target, places)
      expect([...places]).toEqual(knots.leads.map(() => -1))
    }
  })
})
