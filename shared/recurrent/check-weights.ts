import { ForetideError } from '#shared/errors/foretide-error'
import type { GruWeights } from './gru-weights.js'

/** Weights that cannot be used; the ones in use stay. */
export class WeightsRefusedError extends ForetideError {
  readonly code = 'weights-refused'
}

/** What an engine or a pipeline expects; what is left out is not checked. */
export interface ExpectedWeights {
  readonly inputs?: number
  readonly hidden?: number
  readonly leads?: number
  readonly featureLayout?: string
}

/**
 * Check that all tensors have the manifest's shapes and finite values, and that the manifest is the expected one.
 * @throws WeightsRefusedError that names the first fault
 */
export function checkWeights(weights: GruWeights, expected: ExpectedWeights = {}): void {
  const { manifest } = weights
  const refuse = (fault: string): never => {
    throw new WeightsRefusedError(`Weights version ${manifest.version} are refused: ${fault}.`)
  }
  if (manifest.cell !== 'gru') refuse(`the cell is ${String(manifest.cell)}, only gru can be stepped`)
  for (const size of ['inputs', 'hidden', 'leads'] as const) {
    const found = manifest[size]
    if (!Number.isSafeInteger(found) || found < 1)
      refuse(`${size} is ${found}, it must be a whole number from 1`)
    const wanted = expected[size]
    if (wanted !== undefined && found !== wanted) refuse(`they have ${found} ${size}, ${wanted} are needed`)
  }
  if (expected.featureLayout !== undefined && manifest.featureLayout !== expected.featureLayout) {
    refuse(`they were trained on features "${manifest.featureLayout}", "${expected.featureLayout}" are fed`)
  }
  for (const { name, shape } of tensorShapes(manifest)) {
    const tensor = weights[name]
    const length = shape.reduce((product, size) => product * size, 1)
    if (tensor.length !== length) {
      refuse(`${name} has ${tensor.length} values, ${length} = ${shape.join(' × ')} are needed`)
    }
    const fault = tensor.findIndex((value) => !Number.isFinite(value))
    if (fault >= 0) refuse(`${name} holds ${tensor[fault]} at ${fault}`)
  }
}

export type TensorName = Exclude<keyof GruWeights, 'manifest'>

/** Names and shapes of all tensors, in the order in which they are written and summed up. */
export function tensorShapes(sizes: {
  readonly inputs: number
  readonly hidden: number
  readonly leads: number
}): readonly { readonly name: TensorName; readonly shape: readonly number[] }[] {
  const { inputs, hidden, leads } = sizes
  return [
    { name: 'inputToGates', shape: [3 * hidden, inputs] },
    { name: 'hiddenToGates', shape: [3 * hidden, hidden] },
    { name: 'inputBias', shape: [3 * hidden] },
    { name: 'hiddenBias', shape: [3 * hidden] },
    { name: 'hiddenToLeads', shape: [leads, hidden] },
    { name: 'inputToLeads', shape: [leads, inputs] },
    { name: 'leadBias', shape: [leads] },
  ]
}
