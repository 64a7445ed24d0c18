import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseIsoTime } from '#shared/contracts/iso-time'

describe('parseIsoTime', () => {
  it('reads what toISOString writes, in every year that four digits hold', () => {
    const first = Date.UTC(2000, 0, 1) - 2000 * 365.25 * 86_400_000
    fc.assert(
      fc.property(fc.integer({ min: first, max: Date.UTC(9999, 11, 31) }), (timeMs) => {
        expect(parseIsoTime(new Date(timeMs).toISOString())).toBe(timeMs)
      }),
      { numRuns: 5_000 },
    )
  })

  // Expected: what the engine's own parser says of the same text.
  it.each([
    '2024-02-29T23:59:59.999Z',
    '2024-12-31T00:00:00.000Z',
    '0000-03-01T00:00:00.000Z',
    '1969-12-31T23:59:59.999Z',
    '2024-02-28T24:00:00.000Z',
  ])('reads %s as Date.parse does', (text) => {
    expect(parseIsoTime(text)).toBe(Date.parse(text))
  })

  it.each([
    '2023-02-29T00:00:00.000Z',
    '2024-00-10T00:00:00.000Z',
    '2024-13-10T00:00:00.000Z',
    '2024-01-00T00:00:00.000Z',
    '2024-01-10T25:00:00.000Z',
    '2024-01-10T00:60:00.000Z',
    '2024-01-10T00:00:61.000Z',
    '2024-01-10T00:00:0x.000Z',
    '2024-01-10 00:00:00.000z',
    '2024/01/10T00:00:00.000Z',
    'yesterday at half past x',
  ])('takes %s for no time', (text) => {
    expect(parseIsoTime(text)).toBeNaN()
  })

  it('takes a time without a zone for UTC, and reads one with a zone in it', () => {
    expect(parseIsoTime('2024-01-10 06:30')).toBe(Date.UTC(2024, 0, 10, 6, 30))
    expect(parseIsoTime('2024-01-10')).toBe(Date.UTC(2024, 0, 10))
    expect(parseIsoTime('2024-01-10T06:30:00+02:00')).toBe(Date.UTC(2024, 0, 10, 4, 30))
  })
})
