import { describe, expect, it } from 'vitest'
import { checkWeights } from '#shared/recurrent/check-weights'
import { CELLS, type NetShape } from '#shared/recurrent/net-shape'
import { viewTensors } from '#shared/recurrent/tensors'
import { untrainedWeights } from '#shared/recurrent/untrained-weights'
import { stepFloat64 } from '../../../reference/recurrent/net-float64.js'
import { randomInputs } from '../../../reference/recurrent/random-nets.js'

const shape: NetShape = {
  ...{ cell: 'gru', layers: 1, inputs: 5, hidden: 24, outputs: 6 },
  ...{ output: 'linear', headReadsInput: true },
}
const options = { ...shape, featureLayout: 'value,difference', seed: 3 }

describe('untrained weights', () => {
  it('are the same for the same seed and others for another', () => {
    expect(untrainedWeights(options)).toEqual(untrainedWeights(options))
    expect(untrainedWeights({ ...options, seed: 4 }).values).not.toEqual(untrainedWeights(options).values)
  })

  it('are version 0 of the asked sizes, trained on nothing', () => {
    const { manifest } = untrainedWeights(options)
    expect(manifest).toEqual({
      ...shape,
      version: 0,
      featureLayout: 'value,difference',
      trainedToMs: null,
      samples: 0,
      heldBack: null,
    })
    checkWeights(untrainedWeights(options), options)
    for (const cell of CELLS) {
      for (const layers of [1, 2, 3]) checkWeights(untrainedWeights({ ...options, cell, layers }))
    }
    checkWeights(untrainedWeights({ ...options, inputs: 1, hidden: 1, outputs: 1 }))
  })

  it.each(CELLS)('forecast no change whatever the state: %s', (cell) => {
    const { manifest, values } = untrainedWeights({ ...options, cell })
    const state = new Float64Array(cell === 'lstm' ? 48 : 24).fill(0.5)
    const { output } = stepFloat64(manifest, values, state, randomInputs(5, 1))
    expect([...output]).toEqual([0, 0, 0, 0, 0, 0])
  })

  it.each([
    ['gru', 3],
    ['lstm', 4],
    ['elman-tanh', 1],
  ] as const)(
    'have orthogonal recurrent rows of length 0.95 in each gate of each layer: %s',
    (cell, gates) => {
      const { manifest, values } = untrainedWeights({ ...options, cell, layers: 2 })
      for (const { hiddenToGates } of viewTensors(manifest, values).layers) {
        for (let gate = 0; gate < gates; gate++) {
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
      }
    },
  )

  it('start the forget gates of every LSTM layer at 1 and no other bias', () => {
    const { manifest, values } = untrainedWeights({ ...options, cell: 'lstm', layers: 3 })
    for (const { inputBias, hiddenBias } of viewTensors(manifest, values).layers) {
      // Gates input, forget, cell, output: the second quarter.
      expect([...inputBias]).toEqual(expectedForgetBias)
      expect(hiddenBias.every((value) => value === 0)).toBe(true)
    }
  })

  it.each(['gru', 'lstm', 'elman-tanh'] as const)('forget where a state started: %s', (cell) => {
    const { manifest, values } = untrainedWeights({ ...options, cell })
    const size = cell === 'lstm' ? 48 : 24
    let one: Float64Array = new Float64Array(size).fill(1)
    let other: Float64Array = new Float64Array(size).fill(-1)
    for (let t = 0; t < 1000; t++) {
      const input = randomInputs(5, t)
      one = stepFloat64(manifest, values, one, input).state
      other = stepFloat64(manifest, values, other, input).state
    }
    const apart = Math.max(...one.map((value, i) => Math.abs(value - other[i]!)))
    expect(apart).toBeLessThan(1e-6)
    expect(Math.max(...one.map(Math.abs))).toBeGreaterThan(0.1)
  })
})

const expectedForgetBias = Array.from({ length: 96 }, (_, i) => (i >= 24 && i < 48 ? 1 : 0))
