import { expect, test } from 'vitest'
import { type Origin, OriginRing } from '#services/gateway/origin-ring'

const origin = (timeMs: number, more: Partial<Origin> = {}): Origin => ({
  timeMs,
  value: timeMs,
  median: 0,
  lower: 0,
  upper: 0,
  anomaly: false,
  weightsVersion: 0,
  ...more,
})

test('keeps the last origins in order, whatever their number', () => {
  // 50 is more than the first capacity and no power of two.
  for (const count of [0, 1, 31, 32, 33, 49, 50, 51, 99, 151]) {
    const ring = new OriginRing(50)
    for (let time = 0; time < count; time += 1) ring.add(origin(time))
    const kept = Array.from({ length: Math.min(count, 50) }, (_, index) => Math.max(0, count - 50) + index)
    expect(ring.list().map((o) => o.timeMs)).toEqual(kept)
    expect(ring.lastValues(3)).toEqual(kept.slice(-3))
  }
})

test('lists only what was added since a reader looked, and all that is left when it fell behind', () => {
  const ring = new OriginRing(40)
  for (let time = 0; time < 45; time += 1) ring.add(origin(time))
  const seen = ring.added
  for (let time = 45; time < 48; time += 1) ring.add(origin(time))
  expect(ring.list(seen).map((o) => o.timeMs)).toEqual([45, 46, 47])
  expect(ring.list(2)).toHaveLength(40)
})

test('gives numbers back at six digits, flags and versions exactly', () => {
  const ring = new OriginRing(40)
  const given = origin(1, {
    value: 0.1,
    median: -12.3457,
    upper: 1e-7,
    anomaly: true,
    weightsVersion: 1_000_003,
  })
  ring.add(given)
  expect(ring.list()).toEqual([given])
})

test('says by its generation that it was emptied', () => {
  const ring = new OriginRing(40)
  ring.add(origin(1))
  const before = ring.generation
  ring.clear()
  expect(ring.list()).toEqual([])
  expect(ring.generation).not.toBe(before)
})
