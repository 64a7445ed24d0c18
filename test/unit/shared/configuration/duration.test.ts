import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseByteSize } from '#shared/configuration/byte-size'
import { formatDuration, parseDuration } from '#shared/configuration/duration'

describe('parseDuration', () => {
  it.each([
    // By hand.
    ['500ms', 500],
    ['15m', 900_000],
    ['1h', 3_600_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['0.1s', 100],
    ['1w', 604_800_000],
    ['1mo', 2_629_800_000],
    ['0s', 0],
  ])('reads %s as %i ms', (text, ms) => expect(parseDuration(text)).toBe(ms))

  it.each(['', '15', 'h', '1 h', '-1h', '1y', '1h garbage', '0.1ms', '1e3s', '99999999999999w'])(
    'refuses %j',
    (text) => expect(parseDuration(text)).toBeNull(),
  )

  it('reads back what formatDuration writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e13 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms)
      }),
    )
  })
})

describe('parseByteSize', () => {
  it.each([
    ['64MB', 64_000_000],
    ['2GB', 2_000_000_000],
    ['2GiB', 2_147_483_648],
    ['512', 512],
    ['1.5 kB', 1500],
  ])('reads %s as %i bytes', (text, bytes) => expect(parseByteSize(text)).toBe(bytes))

  it.each(['', 'MB', '-1', '1ib', '0.3B', '1PB'])('refuses %j', (text) =>
    expect(parseByteSize(text)).toBeNull(),
  )
})
