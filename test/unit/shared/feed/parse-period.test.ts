import { expect, it } from 'vitest'
import { parsePeriod } from '#shared/feed/parse-period'
import { parseTime } from '#shared/feed/parse-time'

// First days read off a calendar; the weeks are those of the examples in ISO 8601: 2009-W01 begins in 2008, and 2009 has 53.
it.each([
  ['1970Q1', '1970-01-01'],
  ['2024-Q3', '2024-07-01'],
  ['1997 q4', '1997-10-01'],
  ['Q2 2024', '2024-04-01'],
  ['2024M03', '2024-03-01'],
  ['2024-M12', '2024-12-01'],
  ['1991 Jul', '1991-07-01'],
  ['1977-Jan', '1977-01-01'],
  ['Feb 2024', '2024-02-01'],
  ['December-1969', '1969-12-01'],
  ['2009-W01', '2008-12-29'],
  ['2009W53', '2009-12-28'],
  ['2024-W05', '2024-01-29'],
  ['1969Q4', '1969-10-01'],
])('takes %s for %s', (text, day) => {
  expect(parsePeriod(text)).toBe(Date.parse(day))
  expect(parseTime(` ${text} `)).toBe(Date.parse(day))
})

it.each([
  '2024Q0',
  '2024Q5',
  '2024M13',
  '2024M0',
  '2010-W53',
  '2024-W54',
  '2024W0',
  'Q1',
  '2024Q',
  '24Q1',
  '2024-X1',
  '2024 Foo',
  'Jan 24',
  'Jan',
])('does not take %s for a period', (text) => {
  expect(parsePeriod(text)).toBeNaN()
})
