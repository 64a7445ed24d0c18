import { expect, it } from 'vitest'
import { CELLS, type Cell, stateSizeOf } from '#shared/recurrent/net-shape'
import { normDistance, relativeDistance, worstTensor } from '../../reference/recurrent/distance.js'
import { unrollFloat64 } from '../../reference/recurrent/net-float64.js'
import { type RandomChunk, randomChunk, randomValues } from '../../reference/recurrent/random-nets.js'
import { BACKWARD, FORWARD, type GetEngine, runOnce, smallShape } from './run-net.js'

/** Chunks that follow each other are one run, cut for the gradient alone. */
export function describeCarriedState(engine: GetEngine): void {
  it.each(CELLS)('gives in two halves what it gives in one: %s', (cell) => {
    const { shape, values, chunk, first, second } = halves(cell)
    const whole = runOnce(engine(), shape, values, chunk)
    const early = runOnce(engine(), shape, values, first)
    const late = runOnce(engine(), shape, values, { ...second, state: early.forward.state })
    const outputs = [...early.forward.outputs, ...late.forward.outputs]
    expect(relativeDistance(outputs, whole.forward.outputs)).toBeLessThan(FORWARD)
    expect(relativeDistance(late.forward.state, whole.forward.state)).toBeLessThan(FORWARD)
    expect(relativeDistance(early.forward.state, whole.forward.stateAfter(first.steps))).toBeLessThan(FORWARD)
  })

  // Chain rule: what the second half's loss says of the parameters, used in the first half, goes through the state at
  // the cut alone. The first half's share is linear in ∂loss/∂(state at the cut), which a second pass measures.
  it.each(CELLS)('cuts the gradient at the border and says what flows through it: %s', (cell) => {
    const { shape, values, chunk, first, second } = halves(cell)
    const state = runOnce(engine(), shape, values, first).forward.state
    const late = runOnce(engine(), shape, values, { ...second, state })
    const lossThereOnly = chunk.outputGradient.map((g, i) => (i < first.outputGradient.length ? 0 : g))
    const whole = runOnce(engine(), shape, values, { ...chunk, outputGradient: lossThereOnly })
    const size = stateSizeOf(shape) * chunk.lanes
    const atCut = whole.backward.stateGradients!.subarray(first.steps * size, (first.steps + 1) * size)
    expect(normDistance(late.backward.stateGradient, atCut)).toBeLessThan(BACKWARD)

    const through = unrollFloat64(shape, values, first).backward(
      new Float32Array(first.outputGradient.length),
      late.backward.stateGradient,
    )
    const sum = late.backward.gradient.map((g, i) => g + through.gradient[i]!)
    expect(worstTensor(shape, sum, whole.backward.gradient).distance).toBeLessThan(BACKWARD)
    expect(normDistance(through.stateGradient, whole.backward.stateGradient)).toBeLessThan(BACKWARD)
    expect(normDistance(late.backward.gradient, whole.backward.gradient), 'the cut matters').toBeGreaterThan(
      0.01,
    )
  })
}

function halves(cell: Cell) {
  const shape = smallShape(cell, 2)
  const chunk = randomChunk(shape, { lanes: 3, steps: 12, lengths: [12, 9, 4] }, 82)
  const part = (from: number, to: number): RandomChunk => {
    const cut = (all: Float32Array) => all.subarray((all.length / 12) * from, (all.length / 12) * to)
    return {
      ...chunk,
      steps: to - from,
      inputs: cut(chunk.inputs),
      outputGradient: cut(chunk.outputGradient),
      lengths: chunk.lengths.map((length) => Math.min(Math.max(length - from, 0), to - from)),
    }
  }
  return { shape, values: randomValues(shape, 81), chunk, first: part(0, 6), second: part(6, 12) }
}
