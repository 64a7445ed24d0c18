import { describe, expect, it } from 'vitest'
import { checkWeights, WeightsRefusedError } from '#shared/recurrent/check-weights'
import type { WeightsManifest } from '#shared/recurrent/gru-weights'
import { randomWeights } from '../../../reference/gru/random-weights.js'

const sizes = { hidden: 4, inputs: 3, leads: 2 }
const good = randomWeights(sizes, 1)
const withManifest = (change: Partial<Record<keyof WeightsManifest, unknown>>) => ({
  ...good,
  manifest: { ...good.manifest, ...change } as WeightsManifest,
})

describe('the check of weights', () => {
  it('passes what fits', () => {
    checkWeights(good)
    checkWeights(good, { ...sizes, featureLayout: 'test' })
  })

  it('names what does not fit, the version first', () => {
    const sentence = (check: () => void) => {
      try {
        check()
      } catch (error) {
        expect(error).toBeInstanceOf(WeightsRefusedError)
        return (error as Error).message
      }
      return 'passed'
    }
    expect(sentence(() => checkWeights(good, { hidden: 8 }))).toBe(
      'Weights version 1 are refused: they have 4 hidden, 8 are needed.',
    )
    expect(sentence(() => checkWeights(good, { featureLayout: 'v2' }))).toMatch(
      /trained on features "test", "v2"/,
    )
    expect(sentence(() => checkWeights(withManifest({ cell: 'lstm' })))).toMatch(/the cell is lstm/)
    expect(sentence(() => checkWeights(withManifest({ inputs: 0 })))).toMatch(/inputs is 0/)
    expect(sentence(() => checkWeights(withManifest({ leads: 1.5 })))).toMatch(/leads is 1.5/)
    expect(sentence(() => checkWeights({ ...good, hiddenToLeads: new Float32Array(7) }))).toBe(
      'Weights version 1 are refused: hiddenToLeads has 7 values, 8 = 2 × 4 are needed.',
    )
    const spoiled = Float32Array.of(1, Number.NEGATIVE_INFINITY)
    expect(sentence(() => checkWeights({ ...good, leadBias: spoiled }))).toMatch(
      /leadBias holds -Infinity at 1/,
    )
  })
})
