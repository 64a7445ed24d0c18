import type { Chunk } from '#shared/recurrent/gradient-engine'
import { hiddenShapeOf, type NetShape, stateSizeOf } from '#shared/recurrent/net-shape'
import { tensorsOf } from '#shared/recurrent/tensors'
import { type Layer, type Parts, stepLayer } from './layer-float64.js'
import { type Matrix, Tape, type Variable } from './tape.js'

type Numbers = Float32Array | Float64Array

/** A `Chunk` of either precision. */
export type AnyChunk = Readonly<Record<'inputs' | 'state', Numbers>> & Pick<Chunk, 'lengths'>

/** Float64 twins of a net's tensors, by the names of `tensorsOf`. */
function readTensors(shape: NetShape, values: Numbers): Map<string, Matrix> {
  return new Map(
    tensorsOf(shape).map(({ name, shape: sizes, from, length }) => [
      name,
      {
        value: Float64Array.from(values.subarray(from, from + length)),
        gradient: new Float64Array(length),
        columns: sizes[1] ?? 1,
      },
    ]),
  )
}

export interface Float64Pass {
  /** [T, B, H], 0 beyond a row's length */
  readonly outputs: Float64Array
  /** [B, S] after the last step */
  readonly state: Float64Array
  /** T + 1 entries of [B, S]: states after t steps */
  readonly states: readonly Float64Array[]
  /**
   * Once.
   * @param outputGradient [T, B, H] ∂loss/∂output
   * @param stateGradient [B, S] ∂loss/∂(state after the last step), 0 where left out
   */
  backward(outputGradient: ArrayLike<number>, stateGradient?: ArrayLike<number>): Float64Gradient
}

export interface Float64Gradient {
  /** [P] */
  readonly gradient: Float64Array
  /** [B, S] */
  readonly stateGradient: Float64Array
  /** T + 1 entries of [B, S]: ∂loss/∂(state after t steps), of outputs and later states that read it */
  readonly stateGradients: readonly Float64Array[]
}

/** T steps of B rows in float64, and back: what the engines are held to. Sizes follow from the chunk's arrays. */
export function unrollFloat64(shape: NetShape, values: Numbers, chunk: AnyChunk): Float64Pass {
  const { inputs: F, outputs: H, layers: L, hidden: D } = shape
  const S = stateSizeOf(shape)
  const perLayer = hiddenShapeOf(shape).parts / L
  const B = chunk.state.length / S
  const T = chunk.inputs.length / (B * F)
  const tape = new Tape()
  const tensors = readTensors(shape, values)
  const layers = Array.from({ length: L }, (_, layer): Layer => {
    const tensor = (name: string) => tensors.get(`layers.${layer}.${name}`)!
    return {
      inputToGates: tensor('inputToGates'),
      hiddenToGates: tensor('hiddenToGates'),
      inputBias: tensor('inputBias'),
      hiddenBias: tensor('hiddenBias'),
    }
  })
  const readOut = (h: Variable, x: Variable): Variable => {
    const terms = [tape.product(tensors.get('head.hiddenToOutputs')!, h), tensors.get('head.outputBias')!]
    if (shape.headReadsInput) terms.push(tape.product(tensors.get('head.inputToOutputs')!, x))
    const sum = tape.add(...terms)
    return shape.output === 'log-softmax' ? tape.logSoftmax(sum) : sum
  }

  const outputs = new Float64Array(T * B * H)
  const heads: { readonly at: number; readonly output: Variable }[] = []
  /** [B][1 + length] states of a row, each part a variable that only what comes later reads. */
  const trails: Parts[][] = []
  for (let row = 0; row < B; row++) {
    const first = chunk.state.subarray(row * S, (row + 1) * S)
    const trail: Parts[] = [
      Array.from({ length: S / D }, (_, p) => tape.variable(first.subarray(p * D, (p + 1) * D))),
    ]
    trails.push(trail)
    const length = chunk.lengths?.[row] ?? T
    for (let t = 0; t < length; t++) {
      const before = trail[t]!
      const x = tape.variable(chunk.inputs.subarray((t * B + row) * F, (t * B + row + 1) * F))
      const after: Variable[] = []
      let below = x
      for (const [index, layer] of layers.entries()) {
        const parts = before.slice(index * perLayer, (index + 1) * perLayer)
        const stepped = stepLayer(tape, shape, layer, below, parts)
        after.push(...stepped.map((part) => tape.copy(part)))
        below = stepped[0]!
      }
      trail.push(after)
      const read = shape.cell === 'concatenation' ? before : after
      const output = readOut(read[(L - 1) * perLayer]!, x)
      outputs.set(output.value, (t * B + row) * H)
      heads.push({ at: (t * B + row) * H, output })
    }
  }

  const states = Array.from({ length: T + 1 }, (_, t) =>
    concatenate(trails.flatMap((trail) => trail[Math.min(t, trail.length - 1)]!.map((part) => part.value))),
  )
  const backward = (
    outputGradient: ArrayLike<number>,
    stateGradient?: ArrayLike<number>,
  ): Float64Gradient => {
    for (const [row, trail] of trails.entries()) {
      for (const [p, { gradient }] of trail.at(-1)!.entries()) {
        for (let unit = 0; unit < D; unit++) gradient[unit] = stateGradient?.[row * S + p * D + unit] ?? 0
      }
    }
    for (const { at, output } of heads) {
      for (let k = 0; k < H; k++) output.gradient[k] = outputGradient[at + k]!
    }
    tape.backward()
    const zeros = new Float64Array(S)
    const stateGradients = Array.from({ length: T + 1 }, (_, t) =>
      concatenate(trails.flatMap((trail) => trail[t]?.map((part) => part.gradient) ?? [zeros])),
    )
    return {
      gradient: concatenate([...tensors.values()].map((tensor) => tensor.gradient)),
      stateGradient: stateGradients[0]!,
      stateGradients,
    }
  }
  return { outputs, state: states[T]!, states, backward }
}

/** One row, one step. @param state [S] */
export function stepFloat64(
  shape: NetShape,
  values: Numbers,
  state: Numbers,
  input: Numbers,
): { state: Float64Array; output: Float64Array } {
  const pass = unrollFloat64(shape, values, { inputs: input, state })
  return { state: pass.state, output: pass.outputs }
}

function concatenate(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
