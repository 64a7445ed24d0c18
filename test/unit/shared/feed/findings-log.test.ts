import { describe, expect, it } from 'vitest'
import { textOf } from '#shared/feed/findings-log'

describe('the text of a cell', () => {
  it('is what a person would recognise, times of Parquet among them', () => {
    expect(textOf('1.234,5')).toBe('1.234,5')
    expect(textOf(new Date(Date.UTC(2026, 0, 5, 6)))).toBe('2026-01-05T06:00:00.000Z')
    expect(textOf(new Date(Number.NaN))).toBe('Invalid Date')
    expect(textOf({ a: 1 })).toBe('{"a":1}')
    expect(textOf(null)).toBe('')
    expect(textOf('x'.repeat(41))).toBe(`${'x'.repeat(39)}…`)
  })
})
