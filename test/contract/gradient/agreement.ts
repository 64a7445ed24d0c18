import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CELLS, type NetShape, stateSizeOf } from '#shared/recurrent/net-shape'
import { tensorsOf } from '#shared/recurrent/tensors'
import { normDistance, relativeDistance, worstTensor } from '../../reference/recurrent/distance.js'
import { unrollFloat64 } from '../../reference/recurrent/net-float64.js'
import { anyShape, anySize, randomChunk, randomValues } from '../../reference/recurrent/random-nets.js'
import { readReference } from '../../reference/recurrent/read-reference.js'
import { BACKWARD, FORWARD, type GetEngine, runOnce, smallShape } from './run-net.js'

/** Numbers from PyTorch, from the float64 reference and from finite differences. */
export function describeAgreement(engine: GetEngine, runs: number): void {
  it.each(readReference())("gives PyTorch's outputs, states and gradients: $name", (reference) => {
    const { shape, values, chunk } = reference
    const { forward, backward } = runOnce(engine(), shape, values, chunk)
    expect(relativeDistance(forward.outputs, reference.outputs)).toBeLessThan(FORWARD)
    expect(relativeDistance(forward.state, reference.state)).toBeLessThan(FORWARD)
    expect(worstTensor(shape, backward.gradient, reference.gradient).distance).toBeLessThan(BACKWARD)
    const size = chunk.lanes * stateSizeOf(shape)
    for (const [t, expected] of reference.stateGradients) {
      const found = backward.stateGradients!.subarray(t * size, (t + 1) * size)
      expect(normDistance(found, expected), `state after ${t} steps`).toBeLessThan(BACKWARD)
    }
    expect(normDistance(backward.stateGradient, reference.stateGradients.get(0)!)).toBeLessThan(BACKWARD)
  })

  it('follows the equations in float64 for any cell, layers, sizes and lengths', () => {
    fc.assert(
      fc.property(anyShape(), anySize, fc.nat(1e6), (shape, size, seed) => {
        const values = randomValues(shape, seed)
        const chunk = randomChunk(shape, size, seed)
        const { forward, backward } = runOnce(engine(), shape, values, chunk)
        const pass = unrollFloat64(shape, values, chunk)
        const back = pass.backward(chunk.outputGradient)
        const states = pass.states.flatMap((state) => [...state])
        const statesFound = pass.states.flatMap((_, t) => [...forward.stateAfter(t)])
        const gradients = back.stateGradients.flatMap((state) => [...state])
        expect(relativeDistance(forward.outputs, pass.outputs), 'outputs').toBeLessThan(FORWARD)
        expect(relativeDistance(forward.state, pass.state), 'state').toBeLessThan(FORWARD)
        expect(relativeDistance(statesFound, states), 'states').toBeLessThan(FORWARD)
        const worst = worstTensor(shape, backward.gradient, back.gradient)
        expect(worst.distance, worst.name).toBeLessThan(BACKWARD)
        const whole = Math.hypot(...gradients)
        expect(normDistance(backward.stateGradient, back.stateGradient, whole)).toBeLessThan(BACKWARD)
        expect(normDistance(backward.stateGradients!, gradients)).toBeLessThan(BACKWARD)
      }),
      { numRuns: runs, seed: 20010202 },
    )
  })

  // Expected: slopes of the engine's own loss, extrapolated from two widths [Richardson], so that their error is that of
  // float32 sums over the width: about 1e-4 of the largest slope.
  it.each(CELLS)('has the gradient that finite differences of itself show: %s', (cell) => {
    const shape = { ...smallShape(cell, 2), inputs: 2, hidden: 2, outputs: 2 }
    const values = randomValues(shape, 21)
    if (cell === 'elman-relu') keepOffTheKink(shape, values)
    const chunk = randomChunk(shape, { lanes: 2, steps: 4, lengths: [4, 3] }, 22)
    const net = engine().prepare(shape, { lanes: 2, steps: 4 })
    const lossAt = () => weightedSum(net.forward(values, chunk).outputs, chunk.outputGradient)
    const slopes = (numbers: Float32Array) =>
      Float64Array.from(numbers, (value, i) => {
        const slope = (width: number) => {
          const [above, below] = [value + width, value - width].map(Math.fround)
          numbers[i] = above!
          const upper = lossAt()
          numbers[i] = below!
          const lower = lossAt()
          numbers[i] = value
          return (upper - lower) / (above! - below!)
        }
        return (4 * slope(1 / 64) - slope(1 / 32)) / 3
      })
    const parameterSlopes = slopes(values)
    const stateSlopes = slopes(chunk.state)
    net.forward(values, chunk)
    const { gradient, stateGradient } = net.backward(chunk.outputGradient)
    expect(relativeDistance(gradient, parameterSlopes)).toBeLessThan(1e-3)
    expect(relativeDistance(stateGradient, stateSlopes)).toBeLessThan(1e-3)
    net.dispose()
  })
}

/** One unit far above 0 and the next far below, in each layer, so that no step of a difference crosses the kink. */
function keepOffTheKink(shape: NetShape, values: Float32Array): void {
  for (const { name, from, length } of tensorsOf(shape)) {
    const ofLayer = values.subarray(from, from + (name.startsWith('layers.') ? length : 0))
    for (let i = 0; i < ofLayer.length; i++) {
      ofLayer[i] = name.endsWith('inputBias') ? (i % 2 === 0 ? 2 : -2) : ofLayer[i]! / 4
    }
  }
}

function weightedSum(outputs: ArrayLike<number>, weights: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < outputs.length; i++) sum += outputs[i]! * weights[i]!
  return sum
}
