import { expect, it } from 'vitest'
import { CELLS, type NetShape, stateSizeOf } from '#shared/recurrent/net-shape'
import { unrollFloat64 } from '../../reference/recurrent/net-float64.js'
import { randomInputs, randomValues, randomWeights } from '../../reference/recurrent/random-nets.js'
import { readReference } from '../../reference/recurrent/read-reference.js'
import { allocateLanes, type CreateEngine, largestError, loadRandom, stepLanes } from './step-rows.js'

const SIZES = [
  { layers: 1, hidden: 1, inputs: 1, outputs: 1, output: 'linear', headReadsInput: true },
  { layers: 2, hidden: 5, inputs: 3, outputs: 4, output: 'log-softmax', headReadsInput: false },
  { layers: 3, hidden: 33, inputs: 13, outputs: 25, output: 'linear', headReadsInput: false },
  { layers: 1, hidden: 64, inputs: 8, outputs: 24, output: 'linear', headReadsInput: true },
] as const satisfies readonly Omit<NetShape, 'cell'>[]

/** Every cell against the float64 net and PyTorch. */
export function describeEngineAgreement(create: CreateEngine): void {
  for (const cell of CELLS) {
    for (const sizes of SIZES) {
      const { layers, hidden, inputs, outputs } = sizes
      const title = `${cell}, ${layers} × D=${hidden} F=${inputs} H=${outputs}`
      it(`follows the equations in float64 to 1e-5 over 500 steps: ${title}`, () => {
        const [rows, steps] = [3, 500]
        const shape: NetShape = { cell, ...sizes }
        const net = loadRandom(create, shape, 7)
        const lanes = allocateLanes(net.engine, net.lanes, rows)
        const given = randomInputs(steps * rows * inputs, 1000)
        const state = new Float32Array(rows * stateSizeOf(shape))
        const expected = unrollFloat64(shape, randomValues(shape, 7), { inputs: given, state })
        let worst = 0
        for (let t = 0; t < steps; t++) {
          const found = stepLanes(net, lanes, given.subarray(t * rows * inputs, (t + 1) * rows * inputs))
          const states = [...lanes].flatMap((lane) => [...net.engine.read(lane)])
          const wanted = expected.outputs.subarray(t * rows * outputs, (t + 1) * rows * outputs)
          worst = Math.max(worst, largestError(found, wanted), largestError(states, expected.states[t + 1]!))
        }
        expect(worst).toBeLessThan(1e-5)
      })
    }
  }

  it.each(readReference())('gives what PyTorch gives: $name', ({ shape, values, chunk, outputs, state }) => {
    const engine = create(shape)
    const weights = engine.load({ ...randomWeights(shape, 1), values })
    const { inputs: F, outputs: H } = shape
    const S = stateSizeOf(shape)
    const lanes = allocateLanes(engine, { units: shape.hidden, parts: S / shape.hidden }, chunk.lanes)
    lanes.forEach((lane, row) => {
      engine.write(lane, chunk.state.slice(row * S, (row + 1) * S))
    })
    const found = new Float32Array(outputs.length)
    for (let t = 0; t < chunk.steps; t++) {
      const rows = [...lanes.keys()].filter((row) => t < chunk.lengths[row]!)
      const at = (row: number, width: number) => (t * chunk.lanes + row) * width
      const given = rows.flatMap((row) => [...chunk.inputs.subarray(at(row, F), at(row, F) + F)])
      const batch = Int32Array.from(rows, (row) => lanes[row]!)
      const stepped = stepLanes({ engine, weights, shape }, batch, Float32Array.from(given))
      rows.forEach((row, place) => {
        found.set(stepped.subarray(place * H, (place + 1) * H), at(row, H))
      })
    }
    expect(largestError(found, outputs)).toBeLessThan(5e-6)
    const states = [...lanes].flatMap((lane) => [...engine.read(lane)])
    expect(largestError(states, state)).toBeLessThan(2e-6)
  })
}
