import type { NetShape } from '#shared/recurrent/net-shape'
import type { Matrix, Tape, Variable } from './tape.js'

/** What a layer keeps: h and, for an LSTM, c. */
export type Parts = readonly Variable[]

export interface Layer {
  readonly inputToGates: Matrix
  readonly hiddenToGates: Matrix
  readonly inputBias: Variable
  readonly hiddenBias: Variable
}

/** One layer, one step, one row: the equations of `net-shape.ts` and nothing else. */
export function stepLayer(tape: Tape, shape: NetShape, layer: Layer, x: Variable, [h, c]: Parts): Parts {
  const D = shape.hidden
  const fromInput = tape.add(tape.product(layer.inputToGates, x), layer.inputBias)
  const gate = (sums: Variable, index: number) => tape.slice(sums, index * D, (index + 1) * D)
  if (shape.cell === 'gru-reset-before') return [stepResetBefore(tape, layer, fromInput, h!, D)]
  const fromHidden = tape.add(tape.product(layer.hiddenToGates, h!), layer.hiddenBias)
  const sum = tape.add(fromInput, fromHidden)
  switch (shape.cell) {
    case 'elman-tanh':
      return [tape.tanh(sum)]
    case 'elman-sigmoid':
      return [tape.logistic(sum)]
    case 'elman-relu':
      return [tape.rectify(sum)]
    case 'concatenation':
      return [sum]
    case 'lstm': {
      const [i, f, o] = [0, 1, 3].map((index) => tape.logistic(gate(sum, index)))
      const g = tape.tanh(gate(sum, 2))
      const cell = tape.add(tape.multiply(f!, c!), tape.multiply(i!, g))
      return [tape.multiply(o!, tape.tanh(cell)), cell]
    }
    case 'gru': {
      const [r, z] = [0, 1].map((index) => tape.logistic(gate(sum, index)))
      const n = tape.tanh(tape.add(gate(fromInput, 2), tape.multiply(r!, gate(fromHidden, 2))))
      return [tape.add(tape.multiply(tape.complement(z!), n), tape.multiply(z!, h!))]
    }
  }
}

/** The candidate's recurrent product is over r ∘ h, so that it cannot be taken before the reset gate is known. */
function stepResetBefore(tape: Tape, layer: Layer, fromInput: Variable, h: Variable, D: number): Variable {
  const fromHidden = tape.add(tape.product(layer.hiddenToGates, h), layer.hiddenBias)
  const [r, z] = [0, 1].map((index) =>
    tape.logistic(tape.slice(tape.add(fromInput, fromHidden), index * D, (index + 1) * D)),
  )
  const overReset = tape.add(tape.product(layer.hiddenToGates, tape.multiply(r!, h)), layer.hiddenBias)
  const n = tape.tanh(tape.slice(tape.add(fromInput, overReset), 2 * D, 3 * D))
  return tape.add(tape.multiply(tape.complement(z!), n), tape.multiply(z!, h))
}
