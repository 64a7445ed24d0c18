import { describe, expect, it } from 'vitest'
import { numberHint } from '#shared/feed/number-hint'

describe('what is said of a cell that was meant as a number', () => {
  it.each(['1.234,5', '1,234.5', ' 1 234,5', "1'234.5", '12 kW', '5 %', '€ 5', '-1.234.567,0', '1_000'])(
    'says of %j how numbers are written',
    (text) => {
      expect(numberHint(text, false)).toContain('expected as 1234.5, without')
      expect(numberHint(text, true)).toContain('expected as 1234.5 or 1234,5, without')
    },
  )

  it.each(['north', 'error 5', 'meter-7', '31.1.2010', '2026-01-05', '17:24:00', '', 'Infinity', '-'])(
    'says nothing of %j',
    (text) => {
      expect(numberHint(text, true)).toBeNull()
    },
  )
})
