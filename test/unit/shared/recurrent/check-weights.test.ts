import { describe, expect, it } from 'vitest'
import { checkWeights, WeightsRefusedError } from '#shared/recurrent/check-weights'
import type { NetShape } from '#shared/recurrent/net-shape'
import type { WeightsManifest } from '#shared/recurrent/recurrent-weights'
import { randomWeights } from '../../../reference/recurrent/random-nets.js'

const shape: NetShape = {
  ...{ cell: 'gru', layers: 1, inputs: 3, hidden: 4, outputs: 2 },
  ...{ output: 'linear', headReadsInput: true },
}
const good = randomWeights(shape, 1)
const withManifest = (change: Partial<Record<keyof WeightsManifest, unknown>>) => ({
  ...good,
  manifest: { ...good.manifest, ...change } as WeightsManifest,
})

describe('the check of weights', () => {
  it('passes what fits', () => {
    checkWeights(good)
    checkWeights(good, { ...shape, featureLayout: 'test' })
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
    expect(sentence(() => checkWeights(good, { inputs: 8 }))).toBe(
      'Weights version 1 are refused: they have 3 inputs, 8 are needed.',
    )
    // Layouts are hundreds of letters long: only where they first differ is told.
    const laidOut = withManifest({ featureLayout: '2 H24: step gap' })
    const fed = (featureLayout: string) => sentence(() => checkWeights(laidOut, { featureLayout }))
    expect(fed('2 H24: gap step')).toBe(
      'Weights version 1 are refused: they were trained on other features: "step" where "gap" is fed.',
    )
    expect(fed('2 H24: step')).toMatch(/other features: "gap" is not fed/)
    expect(fed('2 H24: step gap observed')).toMatch(/other features: theirs end before "observed"/)
    expect(sentence(() => checkWeights(good, { inputs: 8 }, 'The weights of net.safetensors'))).toBe(
      'The weights of net.safetensors are refused: they have 3 inputs, 8 are needed.',
    )
    expect(sentence(() => checkWeights(good, { outputs: 3 }))).toMatch(/they have 2 outputs, 3 are needed/)
    expect(sentence(() => checkWeights(good, { output: 'log-softmax' }))).toMatch(/their output is linear/)
    expect(sentence(() => checkWeights(withManifest({ cell: 'mlp' })))).toMatch(
      /the cell is mlp, known are elman/,
    )
    // By hand: 4·4·(3 + 4 + 2) + 2·(4 + 3 + 1) = 160 for an LSTM, 3·4·9 + 16 = 124 for a GRU.
    expect(sentence(() => checkWeights(withManifest({ cell: 'lstm' })))).toBe(
      'Weights version 1 are refused: they have 124 values, a net of this shape has 160.',
    )
    expect(sentence(() => checkWeights(withManifest({ layers: 0 })))).toMatch(/layers is 0/)
    expect(sentence(() => checkWeights(withManifest({ inputs: 0 })))).toMatch(/inputs is 0/)
    expect(sentence(() => checkWeights(withManifest({ outputs: 1.5 })))).toMatch(/outputs is 1.5/)
    const spoiled = good.values.slice()
    spoiled[123] = Number.NEGATIVE_INFINITY
    expect(sentence(() => checkWeights({ ...good, values: spoiled }))).toBe(
      'Weights version 1 are refused: head.outputBias holds -Infinity at 1.',
    )
  })
})
