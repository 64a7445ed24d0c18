import { describe, expect, it } from 'vitest'
import { scaleHead } from '#shared/learning/scale-head'
import type { NetShape } from '#shared/recurrent/net-shape'
import { viewTensors } from '#shared/recurrent/tensors'
import { randomValues } from '../../../reference/recurrent/random-nets.js'

const shape: NetShape = {
  ...{ cell: 'gru', layers: 1, inputs: 3, hidden: 5, outputs: 2 },
  ...{ output: 'linear', headReadsInput: true },
}

describe('scaleHead', () => {
  // Property: multiplying the head's rows multiplies the outputs, so the inverse brings them back.
  it('scales the rows of each output and nothing else', () => {
    const values = randomValues(shape, 3)
    const scaled = values.slice()
    scaleHead(shape, scaled, [2, 0.5])
    const [before, after] = [viewTensors(shape, values), viewTensors(shape, scaled)]
    expect(after.layers).toEqual(before.layers)
    expect(after.inputToOutputs[2]).toBe(2 * before.inputToOutputs[2]!)
    expect(after.inputToOutputs[3]).toBe(0.5 * before.inputToOutputs[3]!)
    expect([...after.outputBias]).toEqual([2 * before.outputBias[0]!, 0.5 * before.outputBias[1]!])
    scaleHead(shape, scaled, [0.5, 2])
    expect(scaled).toEqual(values)
  })

  it('scales a head that does not read the input', () => {
    const plain = { ...shape, headReadsInput: false }
    const values = randomValues(plain, 3)
    const scaled = values.slice()
    scaleHead(plain, scaled, [3, 3])
    expect([...viewTensors(plain, scaled).hiddenToOutputs]).toEqual(
      [...viewTensors(plain, values).hiddenToOutputs].map((value) => Math.fround(3 * value)),
    )
  })
})
