import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CELLS, type NetShape } from '#shared/recurrent/net-shape'
import { normDistance, relativeDistance, worstTensor } from './distance.js'
import { unrollFloat64 } from './net-float64.js'
import { anyShape, anySize, randomChunk, randomValues } from './random-nets.js'
import { readReference } from './read-reference.js'

const lossOf = (outputs: ArrayLike<number>, weights: ArrayLike<number>) =>
  Array.from(outputs).reduce((sum, output, i) => sum + output * weights[i]!, 0)

describe('the float64 reference', () => {
  // Expected numbers: PyTorch's in float64, printed with 12 digits by make_reference.py.
  describe.each(readReference())('gives what PyTorch gives for $name', (reference) => {
    const { shape, values, chunk } = reference
    const pass = unrollFloat64(shape, values, chunk)
    const back = pass.backward(chunk.outputGradient)

    it('forward', () => {
      expect(relativeDistance(pass.outputs, reference.outputs)).toBeLessThan(1e-10)
      expect(relativeDistance(pass.state, reference.state)).toBeLessThan(1e-10)
      expect(relativeDistance([lossOf(pass.outputs, chunk.outputGradient)], [reference.loss])).toBeLessThan(
        1e-10,
      )
    })

    it('backward', () => {
      expect(worstTensor(shape, back.gradient, reference.gradient).distance).toBeLessThan(1e-10)
      for (const [t, expected] of reference.stateGradients) {
        expect(normDistance(back.stateGradients[t]!, expected), `state after ${t} steps`).toBeLessThan(1e-10)
      }
      expect(back.stateGradient).toEqual(back.stateGradients[0])
    })
  })

  // Expected numbers: central differences of the loss, whose error is of the order of 1e-10 at a width of 2e-5.
  it.each(CELLS)('has the gradient that finite differences show, %s', (cell) => {
    for (const output of ['linear', 'log-softmax'] as const) {
      const shape: NetShape = {
        cell,
        layers: 2,
        inputs: 2,
        hidden: 3,
        outputs: 2,
        output,
        headReadsInput: true,
      }
      const values = Float64Array.from(randomValues(shape, 11))
      const { outputGradient, ...chunk } = randomChunk(shape, { lanes: 2, steps: 4, lengths: [4, 2] }, 12)
      const state = Float64Array.from(chunk.state)
      const back = unrollFloat64(shape, values, { ...chunk, state }).backward(outputGradient)
      const slopes = (numbers: Float64Array) =>
        Float64Array.from(numbers, (value, i) => {
          const lossAt = (moved: number) => {
            numbers[i] = moved
            return lossOf(unrollFloat64(shape, values, { ...chunk, state }).outputs, outputGradient)
          }
          const slope = (lossAt(value + 1e-5) - lossAt(value - 1e-5)) / 2e-5
          numbers[i] = value
          return slope
        })
      expect(relativeDistance(back.gradient, slopes(values)), 'parameters').toBeLessThan(1e-8)
      expect(relativeDistance(back.stateGradient, slopes(state)), 'first state').toBeLessThan(1e-8)
    }
  })

  // Property: ∂loss/∂(state after t) is what a run that starts there gives for its first state, and the head's part at t.
  it('gives for a state on the way what a run that starts there gives for its first', () => {
    fc.assert(
      fc.property(anyShape({ hidden: 5, inputs: 3, outputs: 3 }), anySize, (shape, size) => {
        const { lanes, steps } = size
        const values = randomValues(shape, 5)
        const chunk = randomChunk(shape, size, 6)
        const cut = steps >> 1
        const whole = unrollFloat64(shape, values, chunk)
        // What the loss has up to the cut does not reach back into the state there.
        const rest = chunk.outputGradient.map((g, i) => (i < cut * lanes * shape.outputs ? 0 : g))
        const there = whole.backward(rest).stateGradients[cut]!
        const second = unrollFloat64(shape, values, {
          inputs: chunk.inputs.subarray(cut * lanes * shape.inputs),
          state: whole.states[cut]!,
          lengths: chunk.lengths.map((length) => Math.max(0, length - cut)),
        })
        const back = second.backward(rest.subarray(cut * lanes * shape.outputs))
        expect(second.outputs).toEqual(whole.outputs.subarray(cut * lanes * shape.outputs))
        // A row that ended before the cut has nothing behind it there.
        expect(relativeDistance(back.stateGradient, there)).toBeLessThan(1e-12)
      }),
      { numRuns: 50, seed: 20010201 },
    )
  })
})
