import { describe, expect, it } from 'vitest'
import { createKernelEngine } from '#shared/recurrent/kernel/kernel-engine'
import { createKernelGradientEngine } from '#shared/recurrent/kernel/kernel-gradient-engine'
import { CELLS, hiddenShapeOf, type NetShape, stateSizeOf } from '#shared/recurrent/net-shape'
import { randomChunk, randomWeights } from '../../../../reference/recurrent/random-nets.js'

const lanes = 5
const steps = 9
const lengths = [9, 0, 4, 9, 1]

describe('the kernel unrolled', () => {
  for (const cell of CELLS) {
    for (const layers of [1, 3]) {
      for (const output of ['linear', 'log-softmax'] as const) {
        it(`has the bits of stepping: ${cell}, layers: ${layers}, ${output}`, () => {
          const shape: NetShape = {
            cell,
            layers,
            inputs: 3,
            hidden: 11,
            outputs: 6,
            output,
            headReadsInput: layers === 1,
          }
          const weights = randomWeights(shape, 21)
          const chunk = randomChunk(shape, { lanes, steps, lengths }, 22)
          const net = createKernelGradientEngine().prepare(shape, { lanes, steps })
          const pass = net.forward(weights.values, chunk)

          const engine = createKernelEngine({ inputs: 3, outputs: 6 })
          const loaded = engine.load(weights)
          for (let row = 0; row < lanes; row++) {
            const size = stateSizeOf(shape)
            const lane = engine.allocate(hiddenShapeOf(shape))
            engine.write(lane, chunk.state.subarray(row * size, (row + 1) * size))
            const outputs = new Float32Array(6)
            for (let t = 0; t < steps; t++) {
              const at = t * lanes + row
              const input = chunk.inputs.subarray(at * 3, (at + 1) * 3)
              const isLive = t < lengths[row]!
              if (isLive) engine.step(loaded, Int32Array.of(lane), input, outputs, 1)
              const expected = isLive ? outputs : new Float32Array(6)
              expect(pass.outputs.slice(at * 6, (at + 1) * 6)).toEqual(expected)
              expect(pass.stateAfter(t + 1).slice(row * size, (row + 1) * size)).toEqual(engine.read(lane))
            }
          }
          net.dispose()
        })
      }
    }
  }
})
