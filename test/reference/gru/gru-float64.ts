import type { GruWeights } from '#shared/recurrent/gru-weights'

/** One GRU step in float64, written from the equations of `gru-weights.ts` alone: slow, plain, no library. */
export function stepFloat64(
  weights: GruWeights,
  hidden: Float64Array,
  input: ArrayLike<number>,
): { hidden: Float64Array; output: Float64Array } {
  const { inputs: F, hidden: D, leads: H } = weights.manifest
  const fromInput = (row: number) => product(weights.inputToGates, row, F, input) + weights.inputBias[row]!
  const fromHidden = (row: number) =>
    product(weights.hiddenToGates, row, D, hidden) + weights.hiddenBias[row]!
  const next = new Float64Array(D)
  for (let unit = 0; unit < D; unit++) {
    const r = logistic(fromInput(unit) + fromHidden(unit))
    const z = logistic(fromInput(D + unit) + fromHidden(D + unit))
    const n = Math.tanh(fromInput(2 * D + unit) + r * fromHidden(2 * D + unit))
    next[unit] = (1 - z) * n + z * hidden[unit]!
  }
  const output = new Float64Array(H)
  for (let lead = 0; lead < H; lead++) {
    const direct = product(weights.inputToLeads, lead, F, input)
    output[lead] = product(weights.hiddenToLeads, lead, D, next) + direct + weights.leadBias[lead]!
  }
  return { hidden: next, output }
}

function product(matrix: ArrayLike<number>, row: number, columns: number, vector: ArrayLike<number>): number {
  let sum = 0
  for (let column = 0; column < columns; column++) sum += matrix[row * columns + column]! * vector[column]!
  return sum
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x))
}
