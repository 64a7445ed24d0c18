import { expect, test } from 'vitest'
import { biasVerdict, driftVerdict } from '#services/gateway/page/drift-words'

test('bias is said as what forecasts are, and small bias as none', () => {
  // Outcomes above the median mean forecasts that are too low.
  expect(biasVerdict(0.25)).toEqual({ text: 'too low by 0.25', kind: 'worse' })
  expect(biasVerdict(-0.4)).toEqual({ text: 'too high by 0.40', kind: 'worse' })
  expect(biasVerdict(-0.04)).toEqual({ text: 'unbiased (−0.04)', kind: 'level' })
  expect(biasVerdict(null).kind).toBe('none')
})

test('drift is said as errors of late against those before', () => {
  expect(driftVerdict(1.32)).toEqual({ text: '32 % larger than before', kind: 'worse' })
  expect(driftVerdict(0.6)).toEqual({ text: '40 % smaller than before', kind: 'better' })
  expect(driftVerdict(1.1)).toEqual({ text: 'as ever', kind: 'level' })
  expect(driftVerdict(null)).toEqual({ text: 'too few outcomes', kind: 'none' })
})
