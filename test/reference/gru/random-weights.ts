import fc from 'fast-check'
import type { GruWeights } from '#shared/recurrent/gru-weights'

export interface EngineSizes {
  readonly hidden: number
  readonly inputs: number
  readonly leads: number
}

/**
 * Weights of which every tensor is random, as after training: uniform with a spread of 1/√columns.
 * The generator is Park and Miller's, so that tests do not lean on the one of the code under test.
 */
export function randomWeights(sizes: EngineSizes, seed: number, version = 1): GruWeights {
  const { hidden, inputs, leads } = sizes
  const uniform = parkMiller(seed)
  const tensor = (rows: number, columns: number, spread = 1 / Math.sqrt(columns)) =>
    Float32Array.from({ length: rows * columns }, () => (2 * uniform() - 1) * spread)
  return {
    manifest: {
      cell: 'gru',
      version,
      inputs,
      hidden,
      leads,
      featureLayout: 'test',
      trainedToMs: 86_400_000,
      samples: 1000,
      heldBack: { loss: 0.5, servingLoss: 0.75, naiveLoss: 1 },
    },
    inputToGates: tensor(3 * hidden, inputs),
    hiddenToGates: tensor(3 * hidden, hidden),
    inputBias: tensor(3 * hidden, 1, 0.5),
    hiddenBias: tensor(3 * hidden, 1, 0.5),
    hiddenToLeads: tensor(leads, hidden),
    inputToLeads: tensor(leads, inputs),
    leadBias: tensor(leads, 1, 0.5),
  }
}

/** Uniform numbers in (0, 1) [Park and Miller 1988]. */
export function parkMiller(seed: number): () => number {
  let state = (seed % 2147483646) + 1
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}

/** Inputs as the encoder makes them: mostly small, at times at the clip of ±30. */
export function randomInputs(length: number, seed: number): Float32Array {
  const uniform = parkMiller(seed)
  return Float32Array.from({ length }, () => {
    const value = 2 * uniform() - 1
    return uniform() < 0.02 ? 30 * Math.sign(value) : 2 * value
  })
}

/** Any sizes that a test can afford, most of them not a multiple of 4. */
export const anySizes: fc.Arbitrary<EngineSizes> = fc.record({
  hidden: fc.integer({ min: 1, max: 33 }),
  inputs: fc.integer({ min: 1, max: 13 }),
  leads: fc.integer({ min: 1, max: 13 }),
})
