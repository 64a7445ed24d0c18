import { gatesOf, type NetShape } from './net-shape.js'

/** One tensor of a net, and its place in the array that holds all of them. */
export interface TensorPlace {
  /** `layers.0.inputToGates`, …, `head.outputBias` */
  readonly name: string
  /** Rows first. */
  readonly shape: readonly number[]
  readonly from: number
  readonly length: number
}

/**
 * Every tensor of a net, in the order in which they lie one after another in one array. G gates, D hidden units.
 *
 *     layers.l.inputToGates  [G·D, F], [G·D, D] above layer 0      layers.l.inputBias   [G·D]
 *     layers.l.hiddenToGates [G·D, D]                              layers.l.hiddenBias  [G·D]
 *     head.hiddenToOutputs [H, D]   head.inputToOutputs [H, F], where the head reads the input   head.outputBias [H]
 */
export function tensorsOf(shape: NetShape): readonly TensorPlace[] {
  const { cell, layers, inputs, hidden, outputs, headReadsInput } = shape
  const rows = gatesOf(cell) * hidden
  const places: TensorPlace[] = []
  let from = 0
  const add = (name: string, ...sizes: number[]) => {
    const length = sizes.reduce((product, size) => product * size, 1)
    places.push({ name, shape: sizes, from, length })
    from += length
  }
  for (let layer = 0; layer < layers; layer++) {
    add(`layers.${layer}.inputToGates`, rows, layer === 0 ? inputs : hidden)
    add(`layers.${layer}.hiddenToGates`, rows, hidden)
    add(`layers.${layer}.inputBias`, rows)
    add(`layers.${layer}.hiddenBias`, rows)
  }
  add('head.hiddenToOutputs', outputs, hidden)
  if (headReadsInput) add('head.inputToOutputs', outputs, inputs)
  add('head.outputBias', outputs)
  return places
}

/** P: numbers in all tensors of a net. */
export function parameterCount(shape: NetShape): number {
  const last = tensorsOf(shape).at(-1)!
  return last.from + last.length
}

/** Views of one layer's tensors. */
export interface LayerTensors {
  readonly inputToGates: Float32Array
  readonly hiddenToGates: Float32Array
  readonly inputBias: Float32Array
  readonly hiddenBias: Float32Array
}

/** Views into `values` by part: writing to one writes to the array. */
export interface NetTensors {
  readonly layers: readonly LayerTensors[]
  readonly hiddenToOutputs: Float32Array
  /** Empty where the head does not read the input. */
  readonly inputToOutputs: Float32Array
  readonly outputBias: Float32Array
}

/** @param values [P] */
export function viewTensors(shape: NetShape, values: Float32Array): NetTensors {
  const views = new Map(
    tensorsOf(shape).map(({ name, from, length }) => [name, values.subarray(from, from + length)]),
  )
  const view = (name: string) => views.get(name) ?? new Float32Array(0)
  return {
    layers: Array.from({ length: shape.layers }, (_, layer) => ({
      inputToGates: view(`layers.${layer}.inputToGates`),
      hiddenToGates: view(`layers.${layer}.hiddenToGates`),
      inputBias: view(`layers.${layer}.inputBias`),
      hiddenBias: view(`layers.${layer}.hiddenBias`),
    })),
    hiddenToOutputs: view('head.hiddenToOutputs'),
    inputToOutputs: view('head.inputToOutputs'),
    outputBias: view('head.outputBias'),
  }
}
