import type { GruWeights } from '../gru-weights.js'

/** Sizes that the kernel works in: inputs padded to 4, hidden and leads to 8, with zeros. */
export interface PaddedSizes {
  readonly inputs: number
  readonly hidden: number
  readonly leads: number
}

export function padSizes(sizes: PaddedSizes): PaddedSizes {
  return { inputs: padTo(sizes.inputs, 4), hidden: padTo(sizes.hidden, 8), leads: padTo(sizes.leads, 8) }
}

/** Floats of one packed weight set. */
export function packedLength({ inputs, hidden, leads }: PaddedSizes): number {
  const gates = 2 * hidden * (inputs + hidden + 1)
  const candidate = hidden * (inputs + 1) + hidden * (hidden + 1)
  return gates + candidate + leads * (inputs + hidden + 1)
}

/**
 * Write the tensors as `assembly/gru-step.ts` reads them: reset and update gates on [input, hidden], the candidate's
 * input part, its hidden part, heads on [input, hidden]; each as blocks of 8 outputs, [k][8], with the bias after it.
 * Padding is zero, which keeps the padded part of every hidden state at zero.
 * @param target zeroed, [packedLength]
 */
export function packWeights(weights: GruWeights, target: Float32Array): void {
  const { inputs, hidden, leads } = weights.manifest
  const padded = padSizes(weights.manifest)
  const { inputToGates, hiddenToGates, inputBias, hiddenBias, hiddenToLeads, inputToLeads, leadBias } =
    weights
  const values = padded.inputs + padded.hidden
  const gates = 2 * padded.hidden
  let at = 0

  const pack = (
    matrix: Float32Array,
    columns: number,
    row: number,
    output: number,
    first: number,
    k: number,
  ) => {
    const block = at + (output >>> 3) * k * 8 + (output & 7)
    for (let column = 0; column < columns; column++) {
      target[block + (first + column) * 8] = matrix[row * columns + column]!
    }
  }

  for (let gate = 0; gate < 2; gate++) {
    for (let unit = 0; unit < hidden; unit++) {
      const row = gate * hidden + unit
      const output = gate * padded.hidden + unit
      pack(inputToGates, inputs, row, output, 0, values)
      pack(hiddenToGates, hidden, row, output, padded.inputs, values)
      target[at + gates * values + output] = inputBias[row]! + hiddenBias[row]!
    }
  }
  at += gates * (values + 1)

  for (let unit = 0; unit < hidden; unit++) {
    pack(inputToGates, inputs, 2 * hidden + unit, unit, 0, padded.inputs)
    target[at + padded.hidden * padded.inputs + unit] = inputBias[2 * hidden + unit]!
  }
  at += padded.hidden * (padded.inputs + 1)

  for (let unit = 0; unit < hidden; unit++) {
    pack(hiddenToGates, hidden, 2 * hidden + unit, unit, 0, padded.hidden)
    target[at + padded.hidden * padded.hidden + unit] = hiddenBias[2 * hidden + unit]!
  }
  at += padded.hidden * (padded.hidden + 1)

  for (let lead = 0; lead < leads; lead++) {
    pack(inputToLeads, inputs, lead, lead, 0, values)
    pack(hiddenToLeads, hidden, lead, lead, padded.inputs, values)
    target[at + padded.leads * values + lead] = leadBias[lead]!
  }
}

function padTo(size: number, multiple: number): number {
  return Math.ceil(size / multiple) * multiple
}
