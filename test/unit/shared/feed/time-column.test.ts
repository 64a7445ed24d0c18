import { describe, expect, it } from 'vitest'
import type { FeedOptions } from '#shared/feed/feed-options'
import { FindingsLog } from '#shared/feed/findings-log'
import { TimeColumn } from '#shared/feed/time-column'

function resolve(cells: readonly unknown[], options: FeedOptions = {}) {
  const column = new TimeColumn('t', options)
  const findings = new FindingsLog()
  cells.forEach((cell, i) => {
    column.push(cell, i + 2)
  })
  const times = [...column.resolve(findings)]
  return { times, ...findings.findings() }
}

describe('a time column', () => {
  it('reads every date day first when one of them can only be so', () => {
    const { times, warnings } = resolve(['1/2/2010', '13/2/2010'])
    expect(times).toEqual([Date.UTC(2010, 1, 1), Date.UTC(2010, 1, 13)])
    expect(warnings).toEqual([])
  })

  it('reads every date month first when one of them can only be so', () => {
    const { times, warnings } = resolve(['1/2/2010', '2/13/2010'])
    expect(times).toEqual([Date.UTC(2010, 0, 2), Date.UTC(2010, 1, 13)])
    expect(warnings).toEqual([])
  })

  it('reads month first and says so when nothing decides', () => {
    const { times, warnings } = resolve(['1/2/2010', '1/3/2010'])
    expect(times).toEqual([Date.UTC(2010, 0, 2), Date.UTC(2010, 0, 3)])
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('--day-first')
  })

  it('obeys --day-first without a word', () => {
    const { times, warnings } = resolve(['1/2/2010'], { dayFirst: true })
    expect(times).toEqual([Date.UTC(2010, 1, 1)])
    expect(warnings).toEqual([])
  })

  it('rejects the dates that do not fit the order of the others', () => {
    const { times, rejected } = resolve(['13/2/2010', '14/2/2010', '2/15/2010'])
    expect(times[2]).toBeNaN()
    expect(rejected.count).toBe(1)
    expect(rejected.examples[0]).toMatchObject({ line: 4, column: 't' })
  })

  it.each([
    ['seconds', ['1467331200', '1467334800.5'], [1467331200000, 1467334800500]],
    ['milliseconds', ['1467331200000'], [1467331200000]],
    ['microseconds', ['1467331200000000'], [1467331200000]],
    ['nanoseconds', ['1467331200000000000'], [1467331200000]],
    ['negative seconds', ['-662688000'], [-662688000000]],
    ['small seconds beside large ones', ['0', '1467331200'], [0, 1467331200000]],
  ])('tells %s by their magnitude', (_, cells, times) => {
    expect(resolve(cells).times).toEqual(times)
  })

  it('reads whole years with a point, as tables of fractions have them', () => {
    const { times, warnings } = resolve(['1871.0', '1872.0'])
    expect(times).toEqual([Date.UTC(1871, 0), Date.UTC(1872, 0)])
    expect(warnings).toEqual([])
  })

  it('reads years with a fraction, and says so', () => {
    const { times, warnings } = resolve(['1949', '1949.08333333333'])
    expect(times).toEqual([Date.UTC(1949, 0), Date.UTC(1949, 1)])
    expect(warnings).toEqual(['Times in column t were read as years with a fraction, such as 1949.083.'])
  })

  it('takes the unit it is given', () => {
    expect(resolve(['0', '60'], { timeUnit: 's' }).times).toEqual([0, 60_000])
  })

  it('refuses small numbers without a unit, and says what to do', () => {
    expect(() => resolve(['0', '1', '2'])).toThrow(/--time-unit s.*--time row/)
  })

  it('reads years and months run together', () => {
    expect(resolve(['194901', '194902']).times).toEqual([Date.UTC(1949, 0, 1), Date.UTC(1949, 1, 1)])
  })

  it('reports what is no time with line and text', () => {
    const { times, rejected } = resolve(['2010-01-01', 'soon', ''])
    expect(times.slice(1)).toEqual([Number.NaN, Number.NaN])
    expect(rejected).toEqual({
      count: 2,
      examples: [
        { line: 3, column: 't', text: 'soon' },
        { line: 4, column: 't', text: '' },
      ],
    })
  })
})
