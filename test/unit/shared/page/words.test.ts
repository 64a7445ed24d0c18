import { expect, test } from 'vitest'
import {
  everyText,
  fixedText,
  rateText,
  shareText,
  skillVerdict,
  spanText,
  timeText,
  valueText,
} from '#shared/page/words'

const HOUR = 3_600_000

test('writes values at three digits, whole numbers without decimals', () => {
  const said: [number | null, string][] = [
    [0, '0'],
    [41, '41'],
    [41.234, '41.2'],
    [-4.5678, '−4.57'],
    [0.12345, '0.123'],
    [1234.5, '1235'],
    [54_321.9, '54,322'],
    [0.00012, '1.20e−4'],
    [3.2e12, '3.20e12'],
    [null, '–'],
    [Number.NaN, '–'],
  ]
  expect(said.map(([value]) => valueText(value))).toEqual(said.map(([, text]) => text))
})

test('writes spans in the largest unit that tells them plainly', () => {
  const said: [number, string][] = [
    [HOUR, '1 h'],
    [12 * HOUR, '12 h'],
    [24 * HOUR, '1 day'],
    [36 * HOUR, '36 h'],
    [48 * HOUR, '2 days'],
    [15 * 60_000, '15 min'],
    [90_000, '90 s'],
    [250, '250 ms'],
    [365.25 * 2 * HOUR, '1 month'],
    [365.25 * 2 * 24 * HOUR, '2 years'],
    [365.25 * 24 * HOUR, '1 year'],
    [(365.25 / 4) * 24 * HOUR, '3 months'],
    [(365.25 / 12) * 25 * 24 * HOUR, '25 months'],
    [30 * 24 * HOUR, '30 days'],
  ]
  expect(said.map(([ms]) => spanText(ms))).toEqual(said.map(([, text]) => text))
  const month = (365.25 / 12) * 24 * HOUR
  const spans = [HOUR, 24 * HOUR, 900_000, month, 12 * month, 3 * month]
  expect(spans.map(everyText)).toEqual(['hour', 'day', '15 min', 'month', 'year', '3 months'])
})

test('writes with so many decimals, and no minus before nothing', () => {
  expect([1.005, -0.004, -0.006, 0].map((value) => fixedText(value, 2))).toEqual([
    '1.00',
    '0.00',
    '−0.01',
    '0.00',
  ])
  expect(fixedText(null, 2)).toBe('–')
})

test('puts skill into words', () => {
  expect(skillVerdict(0.234)).toEqual({
    ...{ brief: '23 % better', against: 'than seasonal naive' },
    ...{ text: '23 % better than seasonal naive', kind: 'better' },
  })
  const naive = 'seasonal naive of a week'
  expect(skillVerdict(-1.5, { naive })).toEqual({
    ...{ brief: '150 % worse', against: 'than seasonal naive of a week' },
    ...{ text: '150 % worse than seasonal naive of a week', kind: 'worse' },
  })
  expect(skillVerdict(0, { naive }).text).toBe('level with seasonal naive of a week')
  expect(skillVerdict(0.004).kind).toBe('level')
  expect(skillVerdict(null)).toMatchObject({ text: 'not scored yet', brief: 'not scored yet', kind: 'none' })
  expect(skillVerdict(null, { none: 'nothing was scored' }).text).toBe('nothing was scored')
})

test('tells times in UTC, with a time of day only where there is one', () => {
  const time = Date.UTC(2001, 0, 2, 5, 30)
  expect(timeText(time, HOUR)).toBe('Tue 2 Jan 2001, 05:30')
  expect(timeText(time, 1000)).toBe('Tue 2 Jan 2001, 05:30:00')
  expect(timeText(time + 7, 10)).toBe('Tue 2 Jan 2001, 05:30:00.007')
  expect(timeText(time, 24 * HOUR)).toBe('Tue 2 Jan 2001')
})

test('writes rates and shares', () => {
  expect([0, 0.25, 12_345.6].map(rateText)).toEqual(['0', '0.3', '12,346'])
  expect([shareText(0.797), shareText(0.797, 1), shareText(null)]).toEqual(['80 %', '79.7 %', '–'])
})
