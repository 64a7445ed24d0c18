import type { GruWeights } from '#shared/recurrent/gru-weights'
import { type NetShape, zeroParameters } from './parameters.js'
import { createSeededRandom } from './seeded-random.js'

/**
 * Weights of version 0: a random cell and a head of zeros, which forecasts "no change".
 * The cell is uniform in ± 1/√D, as PyTorch starts `nn.GRU`.
 */
export function createUntrainedWeights(shape: NetShape, featureLayout: string, seed: number): GruWeights {
  const random = createSeededRandom(seed)
  const { all: _, ...arrays } = zeroParameters(shape)
  const bound = 1 / Math.sqrt(shape.hidden)
  for (const part of ['inputToGates', 'hiddenToGates', 'inputBias', 'hiddenBias'] as const) {
    const values = arrays[part]
    for (let i = 0; i < values.length; i++) values[i] = (2 * random.uniform() - 1) * bound
  }
  const manifest = {
    cell: 'gru' as const,
    version: 0,
    ...shape,
    featureLayout,
    trainedToMs: null,
    samples: 0,
    heldBack: null,
  }
  return { manifest, ...arrays }
}
