import { describe, expect, it } from 'vitest'
import { Adam, clipToNorm } from '#shared/learning/adam'
import { type BareNet, lagNorms, type OriginChunk } from '#shared/learning/lag-norms'
import { hiddenShapeOf, type NetShape, stateSizeOf } from '#shared/recurrent/net-shape'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { viewTensors } from '#shared/recurrent/tensors'
import { float64Engine } from '../../../reference/recurrent/float64-engine.js'
import { unrollFloat64 } from '../../../reference/recurrent/net-float64.js'
import { netShape, randomNet, reflectingNet } from './nets.js'

const engine = float64Engine()

function chunkOf(shape: NetShape, lengths: readonly number[], seed = 3): OriginChunk {
  const random = new SeededRandom(seed)
  const rows = Math.max(...lengths) * lengths.length
  return {
    inputs: Float32Array.from({ length: rows * shape.inputs }, () => 2 * random.uniform() - 1),
    state: new Float32Array(lengths.length * stateSizeOf(shape)),
    lengths: Int32Array.from(lengths),
  }
}

/** The loss is the sum of the outputs at each lane's last step. */
const sumOfLast =
  (shape: NetShape, { lengths }: OriginChunk) =>
  (outputs: Float32Array) => {
    const gradient = new Float32Array(outputs.length)
    const row = (lane: number) => ((lengths[lane]! - 1) * lengths.length + lane) * shape.outputs
    for (const [lane] of lengths.entries()) gradient.fill(1, row(lane), row(lane) + shape.outputs)
    return gradient
  }

function normsOf(
  { shape, values }: BareNet,
  lengths: readonly number[],
  lagMax: number,
  seed?: number,
): number[][] {
  const chunk = chunkOf(shape, lengths, seed)
  const norms = lagNorms(engine, { shape, values }, chunk, lagMax, sumOfLast(shape, chunk))
  return lengths.map((_, lane) => [...norms.subarray(lane * (lagMax + 1), (lane + 1) * (lagMax + 1))])
}

const ratios = (norms: readonly number[]) => norms.slice(1).map((norm, i) => norm / norms[i]!)

describe('lagNorms', () => {
  // By hand: without a non-linearity ∂h_t/∂h_{t−1} = W_h, which changes every norm by the factor.
  it.each([
    ['concatenation', 0.5],
    ['concatenation', 1.1],
    ['elman-relu', 0.5],
    ['elman-relu', 1.1],
  ] as const)(
    'shows a linear net of %s and radius %f to change by that factor every step',
    (cell, factor) => {
      const made = cell === 'elman-relu' ? shiftingNet : reflectingNet
      const net = made(netShape({ cell }), factor)
      const [norms] = normsOf(net, [40], 31)
      expect(norms![0]).toBeGreaterThan(0)
      for (const ratio of ratios(norms!)) expect(ratio).toBeCloseTo(factor, 5)
    },
  )

  // By hand: tanh′ ≤ 1, so that the factor at each step is at most the norm of W_h.
  it('shows a tanh net of radius 0.5 to fade at least as fast as 0.5 to the lag', () => {
    const [norms] = normsOf(reflectingNet(netShape({ cell: 'elman-tanh' }), 0.5), [40], 31)
    norms!.forEach((norm, lag) => void expect(norm).toBeLessThanOrEqual(norms![0]! * 0.5 ** lag * 1.000_001))
    expect(norms![31]).toBeGreaterThan(0)
  })

  // From finite differences: the rest of the sequence is run again from a state that is moved a little.
  it.each(['gru', 'lstm', 'concatenation', 'elman-tanh'] as const)(
    'is the norm of the change of the loss when the h of %s is moved, summed over its layers',
    (cell) => {
      const shape = netShape({ cell, layers: 2, headReadsInput: true })
      const net = randomNet(shape, 11)
      const [norms] = normsOf(net, [9], 6)
      for (const lag of [0, 1, 3, 6]) expect(norms![lag]).toBeCloseTo(measuredNorm(net, 9, lag), 5)
    },
  )

  it('gives an origin the same norms whatever other origins run beside it', () => {
    const net = randomNet(netShape({ cell: 'gru' }), 7)
    const shape = net.shape
    const together = chunkOf(shape, [12, 7, 10])
    const norms = lagNorms(engine, net, together, 5, sumOfLast(shape, together))
    const alone: OriginChunk = {
      inputs: Float32Array.from({ length: 7 * shape.inputs }, (_, at) => {
        const [step, feature] = [Math.floor(at / shape.inputs), at % shape.inputs]
        return together.inputs[(step * 3 + 1) * shape.inputs + feature]!
      }),
      state: new Float32Array(stateSizeOf(shape)),
      lengths: Int32Array.of(7),
    }
    const expected = lagNorms(engine, net, alone, 5, sumOfLast(shape, alone))
    expect([...norms.subarray(6, 12)]).toEqual([...expected])
  })

  it('knows nothing of lags before the first state, and shows what float32 cannot hold as its largest number', () => {
    const [short] = normsOf(reflectingNet(netShape(), 0.5), [3], 4)
    expect(short!.map(Number.isNaN)).toEqual([false, false, false, true, true])
    // By hand: 20 to the power of 31 is 2e40, beyond 3.4e38.
    const [huge] = normsOf(reflectingNet(netShape(), 20), [33], 31)
    expect(huge!.every(Number.isFinite)).toBe(true)
    expect(huge![31]).toBe(3.40282e38)
  })
})

describe('clipToNorm on an exploding gradient', () => {
  it('bounds the update by the learning rate, and keeps its direction', () => {
    const net = reflectingNet(netShape(), 2)
    const chunk = chunkOf(net.shape, [64])
    const prepared = engine.prepare(net.shape, { lanes: 1, steps: 64 })
    const { outputs } = prepared.forward(net.values, chunk)
    const { gradient } = prepared.backward(sumOfLast(net.shape, chunk)(outputs))
    const raw = gradient.slice()
    const norm = clipToNorm(gradient, 1)
    // By hand: the norm of the state's gradient alone doubles 62 times.
    expect(norm).toBeGreaterThan(2 ** 60)
    expect(Math.hypot(...gradient)).toBeCloseTo(1, 5)
    gradient.forEach((g, i) => void expect(g).toBeCloseTo(raw[i]! / norm, 6))

    // A plain step moves the weights by rate × norm at most; Adam moves each by at most rate × (1 − β₁)/√(1 − β₂)
    // [Kingma and Ba 2015, section 2.1], here 3.17 × rate, however calm the steps before it were.
    const rate = 0.01
    const adam = new Adam(gradient.length, { decay: 0 })
    const values = net.values.slice()
    for (let step = 0; step < 50; step++)
      adam.step(values, new Float32Array(gradient.length).fill(1e-4), rate)
    const before = values.slice()
    adam.step(values, gradient, rate)
    values.forEach((value, i) => void expect(Math.abs(value - before[i]!)).toBeLessThan(3.17 * rate))

    // Clipped, it is forgotten: what Adam remembers of its square is 1e-3 at most. Unclipped it would hold all later steps still.
    const later = values.slice()
    for (let step = 0; step < 3000; step++)
      adam.step(later, new Float32Array(gradient.length).fill(0.01), rate)
    const unclipped = new Adam(1, { decay: 0 })
    const stuck = new Float32Array(1)
    unclipped.step(stuck, Float32Array.of(norm), rate)
    stuck.fill(0)
    for (let step = 0; step < 3000; step++) unclipped.step(stuck, Float32Array.of(0.01), rate)
    expect(Math.abs(later[0]! - values[0]!)).toBeGreaterThan(5)
    expect(Math.abs(stuck[0]!)).toBeLessThan(0.1)
  })
})

/** W_h a shift of the units times the factor, and biases of 1: no sum is ever below zero, where ReLU would bend. */
function shiftingNet(shape: NetShape, factor: number): BareNet {
  const { shape: same, values } = randomNet(shape, 5)
  const { inputToGates, hiddenToGates, inputBias, hiddenBias } = viewTensors(same, values).layers[0]!
  inputToGates.fill(0)
  hiddenBias.fill(0)
  inputBias.fill(1)
  hiddenToGates.fill(0)
  for (let unit = 0; unit < shape.hidden; unit++)
    hiddenToGates[unit * shape.hidden + ((unit + 1) % shape.hidden)] = factor
  return { shape, values }
}

function measuredNorm({ shape, values }: BareNet, length: number, lag: number): number {
  const chunk = chunkOf(shape, [length])
  const { states } = unrollFloat64(shape, values, { inputs: chunk.inputs, state: chunk.state })
  // What the last output reads is the state after all steps, or before the last one for `concatenation`.
  const start = (shape.cell === 'concatenation' ? length - 1 : length) - lag
  const loss = (state: Float64Array) => lossFrom(shape, values, chunk.inputs, start, state)
  const { units, parts } = hiddenShapeOf(shape)
  let square = 0
  for (let part = 0; part < parts; part += parts / shape.layers) {
    for (let unit = 0; unit < units; unit++) {
      const moved = [1e-5, -1e-5].map((by) => {
        const state = states[start]!.slice()
        state[part * units + unit]! += by
        return loss(state)
      })
      square += ((moved[0]! - moved[1]!) / 2e-5) ** 2
    }
  }
  return Math.sqrt(square)
}

/** Sum of the last outputs when the steps from `start` on are run from `state`; after the last step the head alone is left. */
function lossFrom(
  shape: NetShape,
  values: Float32Array,
  inputs: Float32Array,
  start: number,
  state: Float64Array,
): number {
  const rest = inputs.subarray(start * shape.inputs)
  if (rest.length === 0) {
    const top = state.subarray(state.length - (shape.cell === 'lstm' ? 2 : 1) * shape.hidden)
    const head = values.subarray(values.length - shape.outputs * (shape.hidden + shape.inputs + 1))
    let sum = 0
    for (let k = 0; k < shape.outputs; k++)
      for (let d = 0; d < shape.hidden; d++) sum += head[k * shape.hidden + d]! * top[d]!
    return sum
  }
  const { outputs } = unrollFloat64(shape, values, { inputs: rest, state: state as unknown as Float32Array })
  return outputs.subarray(outputs.length - shape.outputs).reduce((sum, output) => sum + output, 0)
}
