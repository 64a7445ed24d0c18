import { describe, expect, it } from 'vitest'
import { checkWeights } from '#shared/recurrent/check-weights'
import { untrainedWeights } from '#shared/recurrent/untrained-weights'
import { stepFloat64 } from '../../../reference/gru/gru-float64.js'
import { randomInputs } from '../../../reference/gru/random-weights.js'

const options = { inputs: 5, hidden: 24, leads: 6, featureLayout: 'value,difference', seed: 3 }

describe('untrained weights', () => {
  it('are the same for the same seed and others for another', () => {
    expect(untrainedWeights(options)).toEqual(untrainedWeights(options))
    expect(untrainedWeights({ ...options, seed: 4 }).inputToGates).not.toEqual(
      untrainedWeights(options).inputToGates,
    )
  })

  it('are version 0 of the asked sizes, trained on nothing', () => {
    const { manifest } = untrainedWeights(options)
    expect(manifest).toEqual({
      cell: 'gru',
      version: 0,
      inputs: 5,
      hidden: 24,
      leads: 6,
      featureLayout: 'value,difference',
      trainedToMs: null,
      samples: 0,
      heldBack: null,
    })
    checkWeights(untrainedWeights(options), options)
    checkWeights(untrainedWeights({ ...options, inputs: 1, hidden: 1, leads: 1 }))
  })

  it('forecast no change whatever the state', () => {
    const weights = untrainedWeights(options)
    const { output } = stepFloat64(weights, new Float64Array(24).fill(0.5), randomInputs(5, 1))
    expect([...output]).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('have orthogonal recurrent rows of length 0.95 in each gate', () => {
    const { hiddenToGates } = untrainedWeights(options)
    for (let gate = 0; gate < 3; gate++) {
      for (let a = 0; a < 24; a++) {
        for (let b = 0; b < 24; b++) {
          let dot = 0
          for (let k = 0; k < 24; k++) {
            dot += hiddenToGates[(gate * 24 + a) * 24 + k]! * hiddenToGates[(gate * 24 + b) * 24 + k]!
          }
          // Q Qᵀ = I, so (0.95 Q)(0.95 Q)ᵀ = 0.9025 I.
          expect(Math.abs(dot - (a === b ? 0.9025 : 0))).toBeLessThan(1e-6)
        }
      }
    }
  })

  it('forget where a state started', () => {
    const weights = untrainedWeights(options)
    let one: Float64Array = new Float64Array(24).fill(1)
    let other: Float64Array = new Float64Array(24).fill(-1)
    for (let t = 0; t < 1000; t++) {
      const input = randomInputs(5, t)
      one = stepFloat64(weights, one, input).hidden
      other = stepFloat64(weights, other, input).hidden
    }
    const apart = Math.max(...one.map((value, i) => Math.abs(value - other[i]!)))
    expect(apart).toBeLessThan(1e-6)
    expect(Math.max(...one.map(Math.abs))).toBeGreaterThan(0.1)
  })
})
