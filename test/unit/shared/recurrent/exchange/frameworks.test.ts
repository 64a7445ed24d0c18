import { describe, expect, it } from 'vitest'
import { arraysOf, readWeightsFile, writeWeightsFile } from '#shared/recurrent/exchange/weights-file'
import { createKernelEngine } from '#shared/recurrent/kernel/kernel-engine'
import { hiddenShapeOf, stateSizeOf } from '#shared/recurrent/net-shape'
import {
  type ExchangeCase,
  loadExchangeReference,
} from '../../../../reference/exchange/exchange-reference.js'
import { unrollFloat64 } from '../../../../reference/recurrent/net-float64.js'

// Weights and outputs come from PyTorch and Keras themselves: test/reference/exchange/make_exchange_reference.py.
const { steps, rows, cases } = loadExchangeReference()
const named = cases.map((one) => [one.name, one] as const)

/** Relative above 1, absolute below. */
function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Math.max(...Array.from(a, (value, k) => Math.abs(value - b[k]!) / Math.max(1, Math.abs(b[k]!))))
}

function outputsOf({ shape, inputs }: ExchangeCase, values: Float32Array): Float64Array {
  const state = new Float32Array(rows * stateSizeOf(shape))
  const { outputs } = unrollFloat64(shape, values, { inputs, state })
  return Float64Array.from(outputs)
}

describe('readWeightsFile', () => {
  it('is held to both frameworks and every cell', () => {
    expect(new Set(cases.map(({ layout }) => layout))).toEqual(new Set(['pytorch', 'keras']))
    expect(new Set(cases.map(({ shape }) => shape.cell)).size).toBe(7)
    expect(cases[0]!.inputs).toHaveLength(steps * rows * cases[0]!.shape.inputs)
  })

  it.each(named)(
    'reads %s: the architecture from its shapes, the same outputs from its numbers',
    (_, one) => {
      const { net, layout } = readWeightsFile(one.file, undefined, one.hints)
      expect(layout).toBe(one.layout)
      expect(net.shape).toEqual(one.shape)
      // Float32 in the frameworks, sums of at most 10 products of numbers around 1.
      expect(largestDifference(outputsOf(one, net.values), one.outputs)).toBeLessThan(1e-5)
    },
  )

  it.each(named)('reads %s so that the kernel steps it to the same outputs', (_, one) => {
    const { net } = readWeightsFile(one.file, undefined, one.hints)
    const { inputs, outputs } = one.shape
    const engine = createKernelEngine({ inputs, outputs })
    const history = { version: 1, featureLayout: 'x', trainedToMs: null, samples: 0, heldBack: null }
    const weights = engine.load({ manifest: { ...net.shape, ...history }, values: net.values })
    const lanes = Int32Array.from({ length: rows }, () => engine.allocate(hiddenShapeOf(one.shape)))
    const all = new Float32Array(steps * rows * outputs)
    for (let t = 0; t < steps; t++) {
      const x = one.inputs.subarray(t * rows * inputs, (t + 1) * rows * inputs)
      engine.step(weights, lanes, x, all.subarray(t * rows * outputs), rows)
    }
    expect(largestDifference(all, one.outputs)).toBeLessThan(1e-5)
  })

  it.each(named)('gives what no slip in the order of %s would give', (_, one) => {
    // That the comparison above can fail: two neighbouring numbers change places.
    const { net } = readWeightsFile(one.file, undefined, one.hints)
    const slipped = net.values.slice()
    ;[slipped[0], slipped[1]] = [slipped[1]!, slipped[0]!]
    expect(largestDifference(outputsOf(one, slipped), one.outputs)).toBeGreaterThan(1e-5)
  })
})

describe('writeWeightsFile', () => {
  it.each(named)('writes %s as its framework had it, bit for bit', (_, one) => {
    const { net, arrays } = readWeightsFile(one.file, one.layout, one.hints)
    const written = readWeightsFile(writeWeightsFile(net, one.layout), one.layout)
    expect(written.net.shape).toEqual(one.shape)
    const byShape = (list: typeof arrays) =>
      list.map(({ shape, values }) => [...shape, '|', ...values].join())
    const known = new Set(byShape(written.arrays))
    for (const array of byShape(arrays)) expect(known).toContain(array)
  })

  it.each(named)('keeps the outputs of %s through the other framework’s layout', (_, one) => {
    const { net } = readWeightsFile(one.file, one.layout, one.hints)
    const other = one.layout === 'keras' ? 'pytorch' : 'keras'
    const { cell } = one.shape
    if (cell === 'concatenation' || (other === 'pytorch' && /sigmoid|before/.test(cell))) {
      expect(() => arraysOf(net, other)).toThrow(/cannot be written/)
      return
    }
    const again = readWeightsFile(writeWeightsFile(net, other))
    expect(again.layout).toBe(other)
    expect(again.net.shape).toEqual(one.shape)
    // A bias that becomes one of two is rounded once more.
    expect(largestDifference(outputsOf(one, again.net.values), one.outputs)).toBeLessThan(1e-5)
  })
})
