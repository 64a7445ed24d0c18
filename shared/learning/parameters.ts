import { tensorShapes } from '#shared/recurrent/check-weights'
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

/** Parameters of zeros. */
export function zeroParameters(netShape: NetShape): Parameters {
  const sizes = tensorShapes(netShape).map(
    ({ name, shape }) => [name, shape.reduce((a, b) => a * b, 1)] as const,
  )
  const all = new Float32Array(sizes.reduce((sum, [, size]) => sum + size, 0))
  let from = 0
  const views = sizes.map(([name, size]) => {
    const view = all.subarray(from, from + size)
    from += size
    return [name, view] as const
  })
  return { all, ...(Object.fromEntries(views) as unknown as GruArrays) }
}

/** A copy of `arrays` in one array. */
export function copyParameters(arrays: GruArrays, shape: NetShape): Parameters {
  const copy = zeroParameters(shape)
  for (const { name } of tensorShapes(shape)) copy[name].set(arrays[name])
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
