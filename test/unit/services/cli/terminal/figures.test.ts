import { describe, expect, it } from 'vitest'
import {
  formatCount,
  formatFixed,
  formatSeconds,
  formatShare,
  formatTime,
  formatValue,
} from '#services/cli/terminal/figures'

// All expected texts are by hand.
describe('figures', () => {
  it('group thousands', () => expect(formatCount(217_200)).toBe('217,200'))

  it.each([
    [81.234567, '81.23'],
    [0.00123456, '0.001235'],
    [123_456.7, '123,457'],
    [0, '0'],
    [-2.5, '-2.5'],
    [1e-7, '1.00e-7'],
    [2.5e12, '2.50e+12'],
    [Number.NaN, '–'],
  ])('show the value %d as %s', (value, text) => expect(formatValue(value)).toBe(text))

  it('show a fixed number of decimals, and a dash for what is no number', () =>
    expect([formatFixed(0.7531, 3), formatFixed(Number.NaN, 3)]).toEqual(['0.753', '–']))

  it('show shares in per cent', () =>
    expect([formatShare(0.1234), formatShare(Number.NaN)]).toEqual(['12.3 %', '–']))

  it.each([
    [3.21, '3.2 s'],
    [59.6, '1 min 0 s'],
    [130, '2 min 10 s'],
    [7260, '2 h 1 min'],
  ])('show %d seconds as %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text))

  it('show times as short as they can be', () => {
    expect(formatTime(Date.UTC(2001, 0, 22, 14))).toBe('2001-01-22 14:00')
    expect(formatTime(Date.UTC(2001, 0, 22, 14, 0, 5))).toBe('2001-01-22 14:00:05')
    expect(formatTime(Number.NaN)).toBe('–')
  })
})
