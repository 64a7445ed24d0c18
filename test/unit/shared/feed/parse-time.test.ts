import { describe, expect, it } from 'vitest'
import { isOrderOpen, parseCompactTime, parseTime } from '#shared/feed/parse-time'

// Expected values: Date.UTC with fields read off by eye, or ISO strings with Z, whose meaning ECMA-262 fixes.
const at = (iso: string) => Date.parse(iso)

describe('parseTime', () => {
  it.each([
    ['2016-07-01 00:00:00', '2016-07-01T00:00:00Z'],
    ['2016-07-01T05:30', '2016-07-01T05:30:00Z'],
    ['1/1/2010 0:00', '2010-01-01T00:00:00Z'],
    ['2/1/2010', '2010-02-01T00:00:00Z'],
    ['2010-1-5', '2010-01-05T00:00:00Z'],
    ['2010/01/05 7:08', '2010-01-05T07:08:00Z'],
    ['1949-01', '1949-01-01T00:00:00Z'],
    ['2020-01-01T00:00:00+02:00', '2019-12-31T22:00:00Z'],
    ['2020-01-01 00:00:00-0530', '2020-01-01T05:30:00Z'],
    ['2020-01-01T00:00:00 UTC', '2020-01-01T00:00:00Z'],
    ['2020-01-01T00:00:00.123456Z', '2020-01-01T00:00:00.123Z'],
    ['2020-01-01 00:00:00,5', '2020-01-01T00:00:00.500Z'],
    ['1/31/10 4:05 PM', '2010-01-31T16:05:00Z'],
    ['1/31/10 12:05 am', '2010-01-31T00:05:00Z'],
    ['31.12.1969 23:59', '1969-12-31T23:59:00Z'],
    ['1/1/69', '1969-01-01T00:00:00Z'],
    ['1/1/68', '2068-01-01T00:00:00Z'],
    ['5 Jan 2010', '2010-01-05T00:00:00Z'],
    ['Jan 5, 2010', '2010-01-05T00:00:00Z'],
    ['Jan-1-1995', '1995-01-01T00:00:00Z'],
    ['Mon, 05 Jan 2010 06:07:08 GMT', '2010-01-05T06:07:08Z'],
    ['05-Jan-10', '2010-01-05T00:00:00Z'],
    ['2016-02-29', '2016-02-29T00:00:00Z'],
    ['2016-06-30 24:00', '2016-07-01T00:00:00Z'],
    ['0044-03-15', '0044-03-15T00:00:00Z'],
  ])('reads %s as %s', (text, iso) => {
    expect(parseTime(text)).toBe(at(iso))
  })

  it.each([
    '',
    'yesterday',
    '2015-02-29',
    '1900-02-29',
    '2016-13-01',
    '2016-00-10',
    '13/13/2010',
    '2016-07-01 25:00',
    '2016-07-01 00:61',
    '2016-07-01 00:00 EST',
    '2016-07-01 00:00 +99:00',
    '2016-07/01',
    '13:00 PM',
    '1/1/2010 13:00 PM',
  ])('does not take %j for a time', (text) => {
    expect(parseTime(text)).toBeNaN()
  })

  it('puts the day first when told, and in dates with dots always', () => {
    expect(parseTime('2/1/2010', true)).toBe(Date.UTC(2010, 0, 2))
    expect(parseTime('2.1.2010', false)).toBe(Date.UTC(2010, 0, 2))
    expect(parseTime('13/1/2010', false)).toBeNaN()
  })

  it('does not depend on the zone of the machine', () => {
    const zone = process.env.TZ
    try {
      process.env.TZ = 'America/New_York'
      expect(parseTime('2016-07-01 00:00:00')).toBe(Date.UTC(2016, 6, 1))
      expect(parseTime('7/1/2016')).toBe(Date.UTC(2016, 6, 1))
    } finally {
      if (zone === undefined) delete process.env.TZ
      else process.env.TZ = zone
    }
  })
})

describe('isOrderOpen', () => {
  it('holds for slashes and dashes alone', () => {
    expect(['1/2/2010', '1-2-2010', '1.2.2010', '2010-1-2', '5 Jan 2010'].map(isOrderOpen)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })
})

describe('parseCompactTime', () => {
  it.each([
    ['1949', Date.UTC(1949, 0, 1)],
    ['194902', Date.UTC(1949, 1, 1)],
    ['20160701', Date.UTC(2016, 6, 1)],
    ['201607010530', Date.UTC(2016, 6, 1, 5, 30)],
    ['20160701053015', Date.UTC(2016, 6, 1, 5, 30, 15)],
  ])('reads %s', (digits, ms) => {
    expect(parseCompactTime(digits)).toBe(ms)
  })

  it.each(['1', '12345', '20161301', '1467331200', '1467331200000'])('leaves %s to the epoch', (digits) => {
    expect(parseCompactTime(digits)).toBeNaN()
  })
})
