import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gridIndex, gridPhase, gridTime } from '#shared/series/time-grid'

const HOUR = 3_600_000

describe('the time grid', () => {
  // By hand: an eighth of an hour is 7.5 minutes.
  it.each([
    ['on the hour', 0, 0],
    ['seven minutes late', 7 * 60_000, 0],
    ['seven minutes early', -7 * 60_000, 0],
    ['at an eighth exactly', HOUR / 8, 0],
    ['eight minutes late', 8 * 60_000, 8 * 60_000],
    ['at half past', HOUR / 2, -HOUR / 2],
    ['at a quarter to', -HOUR / 4, -HOUR / 4],
  ])('of a series first seen %s lies where its sensor reports', (_, past, phase) => {
    for (const hour of [-3, 0, 490_000]) {
      expect(gridPhase(hour * HOUR + past, HOUR)).toBeCloseTo(phase, 6)
    }
  })

  it('puts a time into the cell whose centre is nearest, before 1970 too', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -4e12, max: 4e12 }),
        fc.integer({ min: -4e12, max: 4e12 }),
        fc.constantFrom(1000, 60_000, HOUR, 7 * HOUR),
        (firstMs, timeMs, cadenceMs) => {
          const phase = gridPhase(firstMs, cadenceMs)
          const index = gridIndex(timeMs, phase, cadenceMs)
          expect(Math.abs(gridTime(index, phase, cadenceMs) - timeMs)).toBeLessThanOrEqual(cadenceMs / 2)
          expect(gridIndex(gridTime(index, phase, cadenceMs), phase, cadenceMs) - index).toBeCloseTo(0, 9)
        },
      ),
    )
  })

  it('gives every reading of a sensor with jitter of an eighth a cell of its own', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: HOUR - 1 }),
        fc.array(fc.integer({ min: -HOUR / 8, max: HOUR / 8 }), { minLength: 2, maxLength: 50 }),
        (offset, jitters) => {
          const times = jitters.map((jitter, i) => offset + i * HOUR + jitter)
          const phase = gridPhase(times[0], HOUR)
          const cells = times.map((time) => gridIndex(time, phase, HOUR))
          expect(cells.map((cell) => cell - cells[0])).toEqual(times.map((_, i) => i))
        },
      ),
    )
  })
})
