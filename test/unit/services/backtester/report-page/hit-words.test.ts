import { expect, test } from 'vitest'
import { hitWords } from '#services/backtester/report-page/hit-words'

test('tells how many outcomes were foretold exactly, where it matters', () => {
  expect(hitWords(1)).toMatch(/^Every outcome was just what was forecast/)
  expect(hitWords(0.9999)).toMatch(/^Nearly all of the outcomes were just what was forecast/)
  expect(hitWords(0.42)).toMatch(/^42.0 % of the outcomes were just what was forecast/)
  expect(hitWords(0.005)).toBeNull()
  expect(hitWords(Number.NaN)).toBeNull()
})
