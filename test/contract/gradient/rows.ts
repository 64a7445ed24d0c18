import { expect, it } from 'vitest'
import { CELLS } from '#shared/recurrent/net-shape'
import { parameterCount } from '#shared/recurrent/tensors'
import { relativeDistance } from '../../reference/recurrent/distance.js'
import { randomChunk, randomValues } from '../../reference/recurrent/random-nets.js'
import { bitsOf, FORWARD, type GetEngine, runOnce, smallShape } from './run-net.js'

/** No row reaches another, nor what lies beyond its own length. */
export function describeRows(engine: GetEngine): void {
  const size = { lanes: 7, steps: 6, lengths: [6, 3, 0, 6, 1, 5, 6] }

  it.each(CELLS)('gives a row the same bits whatever stands in the others: %s', (cell) => {
    const shape = smallShape(cell, 2)
    const values = randomValues(shape, 31)
    const chunk = randomChunk(shape, size, 32)
    const other = randomChunk(shape, { ...size, lengths: [6, 6, 6, 6, 2, 0, 4] }, 33)
    const row = 3
    const mixed = {
      ...other,
      inputs: withRow(other.inputs, chunk.inputs, size, row),
      state: withRow(other.state, chunk.state, { lanes: size.lanes, steps: 1 }, row),
    }
    const [one, two] = [runOnce(engine(), shape, values, chunk), runOnce(engine(), shape, values, mixed)]
    expect(rowOf(two.forward.outputs, size, row)).toEqual(rowOf(one.forward.outputs, size, row))
    const states = { lanes: size.lanes, steps: 1 }
    expect(rowOf(two.forward.state, states, row)).toEqual(rowOf(one.forward.state, states, row))
    expect(two.forward.outputs).not.toEqual(one.forward.outputs)
  })

  it.each(CELLS)("has for its gradient the sum of the rows' own: %s", (cell) => {
    const shape = smallShape(cell, 2)
    const values = randomValues(shape, 34)
    const chunk = randomChunk(shape, size, 35)
    const sum = new Float64Array(parameterCount(shape))
    for (let row = 0; row < size.lanes; row++) {
      const outputGradient = withRow(
        new Float32Array(chunk.outputGradient.length),
        chunk.outputGradient,
        size,
        row,
      )
      const { gradient, stateGradient } = runOnce(engine(), shape, values, {
        ...chunk,
        outputGradient,
      }).backward
      gradient.forEach((g, i) => {
        sum[i]! += g
      })
      const others = withRow(
        stateGradient,
        new Float32Array(stateGradient.length),
        { lanes: 7, steps: 1 },
        row,
      )
      expect(others.every((g) => g === 0)).toBe(true)
    }
    expect(relativeDistance(runOnce(engine(), shape, values, chunk).backward.gradient, sum)).toBeLessThan(
      1e-5,
    )
  })

  it.each(CELLS)("does not look beyond a row's length: %s", (cell) => {
    const shape = smallShape(cell, 2)
    const values = randomValues(shape, 36)
    const chunk = randomChunk(shape, size, 37)
    const spoil = (numbers: Float32Array, width: number, garbage: number) =>
      numbers.map((value, i) => {
        const step = Math.floor(i / (size.lanes * width))
        return step < size.lengths[Math.floor(i / width) % size.lanes]! ? value : garbage
      })
    const spoiled = {
      ...chunk,
      inputs: spoil(chunk.inputs, shape.inputs, 1e30),
      outputGradient: spoil(chunk.outputGradient, shape.outputs, Number.NaN),
    }
    const [clean, garbage] = [
      runOnce(engine(), shape, values, chunk),
      runOnce(engine(), shape, values, spoiled),
    ]
    expect(bitsOf(garbage)).toEqual(bitsOf(clean))
    // By the port: output 0 beyond the length, and the state as it was.
    expect(rowOf(clean.forward.outputs, size, 2).every((value) => value === 0)).toBe(true)
    expect(
      rowOf(clean.forward.outputs, size, 4)
        .slice(shape.outputs)
        .every((value) => value === 0),
    ).toBe(true)
    const first = rowOf(chunk.state, { lanes: 7, steps: 1 }, 2)
    expect(rowOf(clean.forward.state, { lanes: 7, steps: 1 }, 2)).toEqual(first)
  })

  it('takes rows without lengths as whole ones', () => {
    const shape = smallShape('lstm', 1)
    const values = randomValues(shape, 38)
    const { lengths, ...chunk } = randomChunk(shape, { lanes: 3, steps: 4 }, 39)
    expect([...lengths]).toEqual([4, 4, 4])
    const net = engine().prepare(shape, { lanes: 3, steps: 4 })
    const masked = net.forward(values, { ...chunk, lengths }).outputs.slice()
    expect(relativeDistance(net.forward(values, chunk).outputs, masked)).toBeLessThan(FORWARD)
    net.dispose()
  })
}

/** A copy of `into` in which one row of a time-major array is that of `from`. */
function withRow(
  into: Float32Array,
  from: Float32Array,
  { lanes, steps }: { readonly lanes: number; readonly steps: number },
  row: number,
): Float32Array {
  const width = from.length / (lanes * steps)
  return into.map((value, i) => (Math.floor(i / width) % lanes === row ? from[i]! : value))
}

function rowOf(
  numbers: Float32Array,
  { lanes, steps }: { readonly lanes: number; readonly steps: number },
  row: number,
): Float32Array {
  const width = numbers.length / (lanes * steps)
  return numbers.filter((_, i) => Math.floor(i / width) % lanes === row)
}
