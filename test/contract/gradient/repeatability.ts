import { expect, it } from 'vitest'
import { CELLS, stateSizeOf } from '#shared/recurrent/net-shape'
import { relativeDistance } from '../../reference/recurrent/distance.js'
import { randomChunk, randomValues } from '../../reference/recurrent/random-nets.js'
import { bitsOf, FORWARD, type GetEngine, passOf, runOnce, smallShape, WANTED } from './run-net.js'

/** The same call gives the same, whatever was called before it. */
export function describeRepeatability(engine: GetEngine): void {
  const size = { lanes: 3, steps: 5, lengths: [5, 2, 4] }

  it.each(CELLS)('gives the same bits for the same call, also after another: %s', (cell) => {
    const shape = smallShape(cell, 2)
    const values = randomValues(shape, 41)
    const chunk = randomChunk(shape, size, 42)
    const net = engine().prepare(shape, size)
    const once = () =>
      bitsOf(passOf(net.forward(values, chunk), () => net.backward(chunk.outputGradient, WANTED)))
    const first = once()
    net.forward(randomValues(shape, 43), randomChunk(shape, { lanes: 3, steps: 5 }, 44))
    net.backward(chunk.outputGradient)
    expect(once()).toEqual(first)
    net.dispose()
    expect(bitsOf(runOnce(engine(), shape, values, chunk))).toEqual(first)
  })

  it.each(CELLS)('gives forward only the outputs and states that it gives with a way back: %s', (cell) => {
    const shape = smallShape(cell, 2)
    const values = randomValues(shape, 45)
    const chunk = randomChunk(shape, size, 46)
    const net = engine().prepare(shape, { ...size, forwardOnly: true })
    const forward = net.forward(values, chunk)
    const full = runOnce(engine(), shape, values, chunk).forward
    expect(relativeDistance(forward.outputs, full.outputs)).toBeLessThan(FORWARD)
    expect(relativeDistance(forward.state, full.state)).toBeLessThan(FORWARD)
    expect(() => forward.stateAfter(1)).toThrow(Error)
    expect(() => net.backward(chunk.outputGradient)).toThrow(Error)
    net.dispose()
  })

  it('runs several prepared nets of different shapes turn by turn', () => {
    const shapes = CELLS.map((cell, i) => smallShape(cell, 1 + (i % 3)))
    const nets = shapes.map((shape) => engine().prepare(shape, size))
    const chunks = shapes.map((shape, i) => randomChunk(shape, size, 50 + i))
    const values = shapes.map((shape, i) => randomValues(shape, 60 + i))
    const forwards = nets.map((net, i) => net.forward(values[i]!, chunks[i]!).outputs.slice())
    nets.forEach((net, i) => {
      const { gradient } = net.backward(chunks[i]!.outputGradient)
      const alone = runOnce(engine(), shapes[i]!, values[i]!, chunks[i]!)
      expect(forwards[i]).toEqual(alone.forward.outputs)
      expect(gradient.slice()).toEqual(alone.backward.gradient)
    })
    for (const net of nets) net.dispose()
  })

  it('leaves state gradients out where they are not wanted', () => {
    const shape = smallShape('gru', 1)
    const chunk = randomChunk(shape, size, 71)
    const net = engine().prepare(shape, size)
    net.forward(randomValues(shape, 70), chunk)
    expect(net.backward(chunk.outputGradient).stateGradients).toBeNull()
    expect(net.backward(chunk.outputGradient, WANTED).stateGradients).toHaveLength(6 * 3 * stateSizeOf(shape))
    net.dispose()
  })
}
