import { expect, it } from 'vitest'
import type { Chunk, ChunkSize } from '#shared/recurrent/gradient-engine'
import type { NetShape } from '#shared/recurrent/net-shape'
import { randomChunk, randomValues } from '../../reference/recurrent/random-nets.js'
import { type GetEngine, runOnce, smallShape } from './run-net.js'

/** What is refused, what stays untouched, what is given back. */
export function describePortRules(engine: GetEngine, countKept: () => number): void {
  const size = { lanes: 3, steps: 5, lengths: [5, 2, 4] }

  it('refuses arrays of a wrong length, and lengths that no row can have', () => {
    const shape = smallShape('lstm', 2)
    const values = randomValues(shape, 72)
    const chunk = randomChunk(shape, size, 73)
    const net = engine().prepare(shape, size)
    const shorter = (numbers: Float32Array) => numbers.slice(1)
    const refused: [Float32Array, Chunk][] = [
      [shorter(values), chunk],
      [values, { ...chunk, inputs: shorter(chunk.inputs) }],
      [values, { ...chunk, state: shorter(chunk.state) }],
      [values, { ...chunk, lengths: Int32Array.of(5, 2) }],
      [values, { ...chunk, lengths: Int32Array.of(5, 2, 6) }],
      [values, { ...chunk, lengths: Int32Array.of(5, -1, 5) }],
    ]
    for (const [given, wrong] of refused) expect(() => net.forward(given, wrong)).toThrow(RangeError)
    const forward = net.forward(values, chunk)
    expect(() => forward.stateAfter(6)).toThrow(RangeError)
    expect(() => forward.stateAfter(-1)).toThrow(RangeError)
    expect(() => net.backward(shorter(chunk.outputGradient))).toThrow(RangeError)
    net.dispose()
  })

  it('does not write to what it is given', () => {
    const shape = smallShape('gru', 2)
    const values = randomValues(shape, 74)
    const chunk = randomChunk(shape, size, 75)
    runOnce(engine(), shape, values, chunk)
    expect(values).toEqual(randomValues(shape, 74))
    expect(chunk).toEqual(randomChunk(shape, size, 75))
  })

  it('keeps nothing from call to call', () => {
    const shape = smallShape('gru', 2)
    const values = randomValues(shape, 76)
    const chunk = randomChunk(shape, size, 77)
    const net = engine().prepare(shape, size)
    const call = () => {
      net.forward(values, chunk)
      net.backward(chunk.outputGradient)
    }
    call()
    const kept = countKept()
    for (let i = 0; i < 200; i++) call()
    expect(countKept()).toBe(kept)
    net.dispose()
  })

  // A way back through 8,192 timesteps needs the gates and states of each: 32 units × 4 or more numbers, 4 MB in all. Sixty
  // nets that stayed would be 250 MB; what the garbage collector has yet to find is less than half of that.
  it('gives the memory of a net back', { timeout: 120_000 }, () => {
    const shape: NetShape = { ...smallShape('gru', 1), hidden: 32, outputs: 2 }
    const large: ChunkSize = { lanes: 128, steps: 64 }
    const values = randomValues(shape, 78)
    const chunk = randomChunk(shape, large, 79)
    const prepareOnce = () => {
      const net = engine().prepare(shape, large)
      net.forward(values, chunk)
      net.dispose()
    }
    for (let i = 0; i < 3; i++) prepareOnce()
    const [kept, bytes] = [countKept(), process.memoryUsage.rss()]
    for (let i = 0; i < 60; i++) prepareOnce()
    expect(countKept()).toBe(kept)
    expect(process.memoryUsage.rss() - bytes).toBeLessThan(120e6)
  })
}
