import { describe, expect, it } from 'vitest'
import { DecimalYears } from '#shared/feed/decimal-years'

function read(values: readonly number[]) {
  const years = new DecimalYears()
  for (const value of values) years.push(value)
  return values.map((value) => new Date(years.timeOf(value)).toISOString().slice(0, 16))
}

describe('years with a fraction', () => {
  it.each([
    ['as R writes months', [1949, 1949.08333333333, 1949.16666666667], ['1949-01', '1949-02', '1949-03']],
    ['to two decimals', [1749.08, 1749.17, 1749.92], ['1749-02', '1749-03', '1749-12']],
    ['of quarters', [1960.25, 1960.5, 1960.75], ['1960-04', '1960-07', '1960-10']],
  ])('begin on the first of their month: %s', (_, values, months) => {
    expect(read(values)).toEqual(months.map((month) => `${month}-01T00:00`))
  })

  it('are shares of their own year where they are no months', () => {
    // By hand: half of 366 days and of 365; R's weeks are a 52nd of a year.
    expect(read([2004.5, 2005.5, 2005 + 1 / 52])).toEqual([
      '2004-07-02T00:00',
      '2005-07-02T12:00',
      '2005-01-08T00:27',
    ])
  })

  it('lie between 1500 and 2300', () => {
    const areYears = (value: number) => {
      const years = new DecimalYears()
      years.push(value)
      return years.areYears
    }
    expect([1499.9, 1500, 2299.9, 2300].map(areYears)).toEqual([false, true, true, false])
  })
})
