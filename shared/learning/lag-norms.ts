import type { Chunk, GradientEngine } from '#shared/recurrent/gradient-engine'
import { hiddenShapeOf, type NetShape, stateSizeOf } from '#shared/recurrent/net-shape'

/** What float32 can hold: an exploding gradient is shown as this, for JSON has no infinity. */
const normMax = 3.402_82e38

/** A net by its parameters alone. */
export interface BareNet {
  readonly shape: NetShape
  /** [P], in the order of `tensorsOf` */
  readonly values: Float32Array
}

/** B stretches of some series, each of which ends at the origin t whose loss is looked at. */
export interface OriginChunk extends Chunk {
  /** [B] steps of each lane; its last one is t. A lane of 0 steps has no origin. */
  readonly lengths: Int32Array
}

/**
 * ‖∂loss_t/∂h_{t−k}‖ for each lag k = 0 … K: how strongly the loss at an origin depends on the hidden state k steps before it.
 * These are the norms whose shrinking and growth [Bengio, Simard and Frasconi 1994; Pascanu, Mikolov and Bengio 2013] call
 * vanishing and exploding gradients.
 *
 * One forward and one backward pass answer for all origins and lags: each lane is a copy of the past of one origin, with a loss
 * at that origin only, so that no other origin's loss is mixed in.
 *
 * h is every layer's hidden state, as one vector; h_t is the state that the head reads for the output at t (for `concatenation`
 * the one before the step). The cell state c of an LSTM is left out: what flows along it reaches h_{t−k} through the gates one
 * step later, so that h fades at the same rate.
 *
 * @param lossGradient of the outputs [T, B, H] the gradient [T, B, H], zero everywhere but at each lane's last step
 * @returns [B, K + 1], at most the largest float32; NaN for lags that reach beyond a lane's first state
 */
export function lagNorms(
  engine: GradientEngine,
  { shape, values }: BareNet,
  chunk: OriginChunk,
  lagMax: number,
  lossGradient: (outputs: Float32Array) => Float32Array,
): Float64Array {
  const lanes = chunk.lengths.length
  const steps = chunk.inputs.length / (lanes * shape.inputs)
  const net = engine.prepare(shape, { lanes, steps })
  try {
    const { outputs } = net.forward(values, chunk)
    const { stateGradients } = net.backward(lossGradient(outputs), { stateGradients: true })
    if (stateGradients === null) throw new Error(`the ${engine.name} engine gave no state gradients`)
    const norms = new Float64Array(lanes * (lagMax + 1)).fill(Number.NaN)
    chunk.lengths.forEach((length, lane) => {
      const read = shape.cell === 'concatenation' ? length - 1 : length
      for (let lag = 0; lag <= Math.min(lagMax, read) && length > 0; lag++) {
        const row = (read - lag) * lanes + lane
        norms[lane * (lagMax + 1) + lag] = hiddenNorm(shape, stateGradients, row)
      }
    })
    return norms
  } finally {
    net.dispose()
  }
}

/** Norm over the h of all layers in one row of state gradients [·, S]. */
function hiddenNorm(shape: NetShape, gradients: Float32Array, row: number): number {
  const { units, parts } = hiddenShapeOf(shape)
  const from = row * stateSizeOf(shape)
  // An LSTM's parts are h and c by turns.
  const stride = parts / shape.layers
  let sum = 0
  for (let part = 0; part < parts; part += stride) {
    for (let unit = 0; unit < units; unit++) sum += gradients[from + part * units + unit]! ** 2
  }
  const norm = Math.sqrt(sum)
  // Infinity less infinity is no number: that too is a gradient that has exploded.
  return norm <= normMax ? norm : normMax
}
