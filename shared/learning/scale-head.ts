import type { NetShape } from '#shared/recurrent/net-shape'
import { viewTensors } from '#shared/recurrent/tensors'

/** Multiplies the head's row for each output by its factor, in place. @param values [P] @param factors [H] */
export function scaleHead(shape: NetShape, values: Float32Array, factors: ArrayLike<number>): void {
  const { hiddenToOutputs, inputToOutputs, outputBias } = viewTensors(shape, values)
  for (const rows of [hiddenToOutputs, inputToOutputs, outputBias]) {
    const width = rows.length / factors.length
    for (let i = 0; i < rows.length; i++) rows[i] = rows[i]! * factors[Math.floor(i / width)]!
  }
}
