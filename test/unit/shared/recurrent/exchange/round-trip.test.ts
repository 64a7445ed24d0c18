import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ExchangedNet } from '#shared/recurrent/exchange/exchanged-net'
import { type Layout, readWeightsFile, writeWeightsFile } from '#shared/recurrent/exchange/weights-file'
import { type NetShape, stateSizeOf } from '#shared/recurrent/net-shape'
import { parameterCount, viewTensors } from '#shared/recurrent/tensors'
import { unrollFloat64 } from '../../../../reference/recurrent/net-float64.js'
import { anyShape } from '../../../../reference/recurrent/random-nets.js'

const shapes = anyShape({ hidden: 12, inputs: 7, outputs: 7 })
const anyNet = (fits: (shape: NetShape) => boolean = () => true): fc.Arbitrary<ExchangedNet> =>
  shapes.filter(fits).chain((shape) => {
    const length = parameterCount(shape)
    const values = fc.float32Array({
      noNaN: true,
      noDefaultInfinity: true,
      minLength: length,
      maxLength: length,
    })
    return fc.record({ shape: fc.constant(shape), values })
  })

/** Cells for which the framework has a bias less than we. */
function hasOneBias({ cell }: NetShape, layout: Layout): boolean {
  return layout === 'keras' ? cell !== 'gru' : layout === 'pytorch' && cell === 'concatenation'
}

function fits(layout: Layout): (shape: NetShape) => boolean {
  if (layout === 'keras') return ({ cell }) => cell !== 'concatenation'
  return ({ cell, layers, headReadsInput }) =>
    cell !== 'elman-sigmoid' &&
    cell !== 'gru-reset-before' &&
    (cell !== 'concatenation' || (layers === 1 && headReadsInput))
}

function sameBits(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, k) => Object.is(value, b[k]))
}

function withoutHiddenBiases(net: ExchangedNet): ExchangedNet {
  const values = net.values.slice()
  for (const layer of viewTensors(net.shape, values).layers) layer.hiddenBias.fill(0)
  return { shape: net.shape, values }
}

describe('a net written and read again', () => {
  it('is itself, bit for bit, in our own layout, with its provenance', () => {
    const provenance = {
      ...{ version: 7, featureLayout: 'a/1', trainedToMs: 1_000, samples: 42 },
      heldBack: { loss: 0.5, servingLoss: 0.6, naiveLoss: 1 },
    }
    fc.assert(
      fc.property(anyNet(), fc.boolean(), (net, known) => {
        const told = known ? { ...net, provenance } : net
        const { net: read, layout } = readWeightsFile(writeWeightsFile(told, 'foretide'))
        expect(layout).toBe('foretide')
        expect(read.shape).toEqual(net.shape)
        expect(read.provenance).toEqual(known ? provenance : undefined)
        expect(sameBits(read.values, net.values)).toBe(true)
      }),
      { seed: 4 },
    )
  })

  it.each(['pytorch', 'keras'] as const)('is itself, bit for bit, in the layout of %s', (layout) => {
    fc.assert(
      fc.property(anyNet(fits(layout)), (net) => {
        const whole = hasOneBias(net.shape, layout) ? withoutHiddenBiases(net) : net
        const { net: read, layout: found } = readWeightsFile(writeWeightsFile(whole, layout))
        expect(found).toBe(layout)
        expect(read.shape).toEqual(net.shape)
        expect(sameBits(read.values, whole.values)).toBe(true)
      }),
      { seed: 4 },
    )
  })

  it.each(['pytorch', 'keras'] as const)('gives the same bytes once more in the layout of %s', (layout) => {
    fc.assert(
      fc.property(anyNet(fits(layout)), (net) => {
        const finite = withoutHiddenBiases(net)
        const once = writeWeightsFile(finite, layout)
        expect(writeWeightsFile(readWeightsFile(once).net, layout)).toEqual(once)
      }),
      { seed: 4, numRuns: 50 },
    )
  })

  it('keeps its outputs where two biases become one', () => {
    // One rounding of a bias near 1 is 6e-8; 10 steps of cells that forget.
    const cells = new Set(['elman-tanh', 'elman-sigmoid', 'lstm', 'gru-reset-before'])
    const small = shapes.filter(({ cell }) => cells.has(cell))
    fc.assert(
      fc.property(small, fc.integer({ min: 1, max: 1e6 }), (shape, seed) => {
        const values = Float32Array.from({ length: parameterCount(shape) }, (_, k) =>
          Math.sin((k + 1) * seed),
        )
        const { net } = readWeightsFile(writeWeightsFile({ shape, values }, 'keras'))
        const inputs = Float32Array.from({ length: 10 * shape.inputs }, (_, k) => Math.cos(k * seed))
        const state = new Float32Array(stateSizeOf(shape))
        const expected = unrollFloat64(shape, values, { inputs, state }).outputs
        const outputs = unrollFloat64(shape, net.values, { inputs, state }).outputs
        outputs.forEach((output, k) => {
          expect(Math.abs(output - expected[k]!)).toBeLessThan(2e-5)
        })
      }),
      { seed: 4, numRuns: 50 },
    )
  })

  it('keeps the outputs of a concatenation net whose head does not read the input', () => {
    const shape: NetShape = {
      ...{ cell: 'concatenation', layers: 1, inputs: 2, hidden: 3, outputs: 2 },
      ...{ output: 'log-softmax', headReadsInput: false },
    }
    const values = Float32Array.from({ length: parameterCount(shape) }, (_, k) => Math.sin(k + 1))
    const { net } = readWeightsFile(writeWeightsFile({ shape, values }, 'pytorch'))
    expect(net.shape).toEqual({ ...shape, headReadsInput: true })
    expect([...viewTensors(net.shape, net.values).inputToOutputs]).toEqual([0, 0, 0, 0])
  })
})
