import type { BareNet } from '#shared/learning/lag-norms'
import type { NetShape } from '#shared/recurrent/net-shape'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { parameterCount, viewTensors } from '#shared/recurrent/tensors'

export function netShape(more: Partial<NetShape> = {}): NetShape {
  return {
    cell: 'concatenation',
    layers: 1,
    inputs: 2,
    hidden: 4,
    outputs: 3,
    output: 'linear',
    headReadsInput: false,
    ...more,
  }
}

/** Every parameter uniform in ± `size`. */
export function randomNet(shape: NetShape, seed: number, size = 0.5): BareNet {
  const random = new SeededRandom(seed)
  return {
    shape,
    values: Float32Array.from({ length: parameterCount(shape) }, () => size * (2 * random.uniform() - 1)),
  }
}

/**
 * A net of one layer whose W_h is `factor` times a reflection, I − 2 v vᵀ / vᵀv with v = (1, 2, 3, …). A reflection keeps every
 * vector's norm, so that every eigenvalue of W_h has the size `factor` and W_h changes every norm by exactly that.
 */
export function reflectingNet(shape: NetShape, factor: number, seed = 5): BareNet {
  const net = randomNet(shape, seed)
  const { hidden: D } = shape
  const v = Array.from({ length: D }, (_, i) => i + 1)
  const square = v.reduce((sum, each) => sum + each * each, 0)
  const matrix = viewTensors(shape, net.values).layers[0]!.hiddenToGates
  for (let i = 0; i < D; i++)
    for (let j = 0; j < D; j++)
      matrix[i * D + j] = factor * ((i === j ? 1 : 0) - (2 * v[i]! * v[j]!) / square)
  return net
}
