import type { GruWeights } from '#shared/recurrent/gru-weights'
import type { GruArrays } from '#shared/recurrent/tensorflow/gru-tensors'

/** Sizes of a net: F inputs, D hidden units, H leads. */
export interface NetShape {
  readonly inputs: number
  readonly hidden: number
  readonly leads: number
}

/** All parameters of a net in one array, for the optimiser, with the parts of `GruWeights` as views into it. */
export interface Parameters extends GruArrays {
  readonly all: Float32Array
}

/** The parts' names, in the order in which they lie in `all`. */
export const parameterParts = [
  'inputToGates',
  'hiddenToGates',
  'inputBias',
  'hiddenBias',
  'hiddenToLeads',
  'inputToLeads',
  'leadBias',
] as const satisfies readonly (keyof GruArrays)[]

/** Parameters of zeros. */
export function zeroParameters({ inputs: F, hidden: D, leads: H }: NetShape): Parameters {
  const sizes = [3 * D * F, 3 * D * D, 3 * D, 3 * D, H * D, H * F, H]
  const all = new Float32Array(sizes.reduce((sum, size) => sum + size, 0))
  let from = 0
  const views = parameterParts.map((name, i) => {
    const view = all.subarray(from, from + sizes[i]!)
    from += sizes[i]!
    return [name, view] as const
  })
  return { all, ...(Object.fromEntries(views) as unknown as GruArrays) }
}

/** A copy of `arrays` in one array. */
export function copyParameters(arrays: GruArrays, shape: NetShape): Parameters {
  const copy = zeroParameters(shape)
  for (const part of parameterParts) copy[part].set(arrays[part])
  return copy
}

/** Multiplies the head's row for each lead by its factor, in place. @param factors [H] */
export function scaleHead(parameters: Parameters, factors: ArrayLike<number>): void {
  for (const part of ['hiddenToLeads', 'inputToLeads', 'leadBias'] as const) {
    const rows = parameters[part]
    const width = rows.length / factors.length
    for (let i = 0; i < rows.length; i++) rows[i] = rows[i]! * factors[Math.floor(i / width)]!
  }
}

/** Shape of published weights. */
export function shapeOf({ manifest }: GruWeights): NetShape {
  return { inputs: manifest.inputs, hidden: manifest.hidden, leads: manifest.leads }
}
