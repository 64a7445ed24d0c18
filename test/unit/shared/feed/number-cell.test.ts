import { describe, expect, it } from 'vitest'
import { parseNumberCell } from '#shared/feed/number-cell'

describe('parseNumberCell', () => {
  it.each([
    ['1.5', 1.5],
    [' -3 ', -3],
    ['+.5e2', 50],
    ['7.', 7],
    [0, 0],
  ])('reads %j', (cell, value) => {
    expect(parseNumberCell(cell, false)).toBe(value)
  })

  it('reads the 64-bit integers of Parquet', () => {
    expect(parseNumberCell(12n, false)).toBe(12)
  })

  it.each(['', ' ', 'NA', 'n/a', 'NaN', 'null', '-', '?', null, undefined, Number.NaN])(
    'takes %j for no reading',
    (cell) => {
      expect(parseNumberCell(cell, false)).toBeNaN()
    },
  )

  it.each(['0x10', '1,5', '1,234.5', 'Infinity', '1e999', 'rain', true, {}, Number.POSITIVE_INFINITY])(
    'takes %j for something else, never for 0',
    (cell) => {
      expect(parseNumberCell(cell, false)).toBeNull()
    },
  )

  it('reads a decimal comma only where commas do not part cells', () => {
    expect(parseNumberCell('1,5', true)).toBe(1.5)
    expect(parseNumberCell('1.234,5', true)).toBeNull()
  })
})
