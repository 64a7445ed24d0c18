import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CELLS, type HiddenShape, hiddenShapeOf, stateSizeOf } from '#shared/recurrent/net-shape'
import { stepFloat64 } from '../../reference/recurrent/net-float64.js'
import { randomInputs, randomValues } from '../../reference/recurrent/random-nets.js'
import {
  allocateLanes,
  type CreateEngine,
  largestError,
  loadRandom,
  oddShape,
  stepLanes,
} from './step-rows.js'

/** States are read and written exactly, and lanes of several hidden shapes live side by side. */
export function describeKeptStates(create: CreateEngine): void {
  const lane7: HiddenShape = { units: 7, parts: 1 }
  const anyLane = fc.record({ units: fc.integer({ min: 1, max: 40 }), parts: fc.integer({ min: 1, max: 6 }) })

  it('reads back every bit that was written, into a lane of any shape', () => {
    const engine = create({ inputs: 2, outputs: 1 })
    const float = fc.float({ noDefaultInfinity: true, noNaN: true })
    fc.assert(
      fc.property(anyLane, fc.array(float, { minLength: 240, maxLength: 240 }), (shape, values) => {
        const lane = engine.allocate(shape)
        const state = Float32Array.from(values).slice(0, shape.units * shape.parts)
        engine.write(lane, state)
        expect(engine.read(lane)).toEqual(state)
        expect(engine.hiddenShape(lane)).toEqual(shape)
        engine.free(lane)
      }),
      { numRuns: 100, seed: 20010103 },
    )
  })

  it.each(CELLS)(
    'goes on from a state that was saved with the bits of a run that never stopped: %s',
    (cell) => {
      const shape = oddShape(cell, 2)
      const [net, other] = [loadRandom(create, shape, 5), loadRandom(create, shape, 5)]
      const lanes = allocateLanes(net.engine, net.lanes, 6)
      const others = allocateLanes(other.engine, other.lanes, 9).subarray(3)
      for (let t = 0; t < 20; t++) stepLanes(net, lanes, randomInputs(6 * shape.inputs, t))
      lanes.forEach((lane, i) => {
        other.engine.write(others[i]!, net.engine.read(lane))
      })
      for (let t = 20; t < 30; t++) {
        const inputs = randomInputs(6 * shape.inputs, t)
        expect(stepLanes(other, others, inputs)).toEqual(stepLanes(net, lanes, inputs))
      }
      expect([...others].map((lane) => other.engine.read(lane))).toEqual(
        [...lanes].map((lane) => net.engine.read(lane)),
      )
    },
  )

  it('hands out and takes in copies', () => {
    const net = loadRandom(create, oddShape('gru'), 5)
    const lane = net.engine.allocate(net.lanes)
    const [before, written] = [net.engine.read(lane), randomInputs(9, 1)]
    stepLanes(net, Int32Array.of(lane), Float32Array.of(1, 1, 1))
    expect(before).toEqual(new Float32Array(9))
    net.engine.write(lane, written)
    written.fill(3)
    expect(net.engine.read(lane)).toEqual(randomInputs(9, 1))
  })

  it('starts a lane at zero: a new one, a cleared one and a used one', () => {
    const engine = create({ inputs: 2, outputs: 1 })
    const lane = engine.allocate(lane7)
    expect(engine.read(lane)).toEqual(new Float32Array(7))
    engine.write(lane, randomInputs(7, 1))
    engine.clear(lane)
    expect(engine.read(lane)).toEqual(new Float32Array(7))
    engine.write(lane, randomInputs(7, 2))
    engine.free(lane)
    expect(engine.read(engine.allocate(lane7))).toEqual(new Float32Array(7))
  })

  it('uses freed lanes again before it takes new ones', () => {
    const engine = create({ inputs: 2, outputs: 1 })
    const sorted = (lanes: Int32Array) => [...lanes].sort((a, b) => a - b)
    const lanes = allocateLanes(engine, lane7, 100)
    for (const lane of lanes) engine.free(lane)
    expect(sorted(allocateLanes(engine, lane7, 100))).toEqual(sorted(lanes))
  })

  // Model: a map from lane to what was last written to it.
  it('keeps lanes of several shapes apart while they come and go', () => {
    const action = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ what: fc.constant('allocate' as const), shape: anyLane, pick: fc.nat() }),
      },
      fc.record({
        what: fc.constantFrom('free' as const, 'clear' as const, 'write' as const),
        pick: fc.nat(),
      }),
    )
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
        const engine = create({ inputs: 2, outputs: 1 })
        const states = new Map<number, Float32Array>()
        for (const [i, step] of actions.entries()) {
          const held = [...states.keys()]
          const lane = held[step.pick % Math.max(1, held.length)]
          if (step.what === 'allocate') {
            const given = engine.allocate(step.shape)
            expect(states.has(given), 'a lane is given once').toBe(false)
            expect(engine.read(given)).toEqual(new Float32Array(step.shape.units * step.shape.parts))
            const state = randomInputs(step.shape.units * step.shape.parts, i)
            engine.write(given, state)
            states.set(given, state)
          } else if (lane !== undefined) {
            if (step.what === 'free') {
              engine.free(lane)
              states.delete(lane)
            } else {
              const { length } = states.get(lane)!
              const state = step.what === 'clear' ? new Float32Array(length) : randomInputs(length, i)
              if (step.what === 'clear') engine.clear(lane)
              else engine.write(lane, state)
              states.set(lane, state)
            }
          }
        }
        for (const [lane, state] of states) expect(engine.read(lane)).toEqual(state)
      }),
      { numRuns: 60, seed: 20010104 },
    )
  })

  it('keeps all states and loaded weights while it grows to 12,000 lanes', () => {
    const shape = { ...oddShape('lstm'), hidden: 32, inputs: 2, outputs: 1 }
    const net = loadRandom(create, shape, 5)
    const lanes = allocateLanes(net.engine, net.lanes, 12_000)
    lanes.forEach((lane, i) => {
      net.engine.write(lane, new Float32Array(64).fill(i))
    })
    expect(new Set(lanes).size).toBe(12_000)
    lanes.forEach((lane, i) => {
      const state = net.engine.read(lane)
      expect(state[0] === i && state[63] === i).toBe(true)
    })
    net.engine.clear(lanes[11_999]!)
    const input = Float32Array.of(0.5, -1)
    const output = stepLanes(net, lanes.subarray(11_999), input)
    const expected = stepFloat64(shape, randomValues(shape, 5), new Float32Array(64), input)
    expect(largestError(output, expected.output)).toBeLessThan(1e-5)
  })

  it('refuses a state of another length, lanes that were never given out and lanes of another shape', () => {
    const shape = oddShape('lstm')
    const net = loadRandom(create, shape, 5)
    const { engine } = net
    const lane = engine.allocate(net.lanes)
    for (const length of [0, 9, 17, 19]) {
      expect(() => engine.write(lane, new Float32Array(length))).toThrow(RangeError)
    }
    const wrong: HiddenShape[] = [
      { units: 9, parts: 1 },
      { units: 8, parts: 2 },
      { units: 18, parts: 1 },
    ]
    for (const other of wrong) {
      const stranger = engine.allocate(other)
      for (const count of [2, 300]) {
        const batch = allocateLanes(engine, net.lanes, count)
        batch[count - 1] = stranger
        expect(() => stepLanes(net, batch, randomInputs(count * 3, 1))).toThrow(RangeError)
        const moved = [...batch.subarray(0, count - 1)].filter((held) =>
          engine.read(held).some((h) => h !== 0),
        )
        expect(moved.length, `a refused batch of ${count} moves nothing`).toBe(0)
      }
    }
    engine.free(lane)
    for (const gone of [lane, -1, 1e6]) {
      expect(() => engine.read(gone)).toThrow(RangeError)
      expect(() => engine.clear(gone)).toThrow(RangeError)
      expect(() => engine.write(gone, new Float32Array(18))).toThrow(RangeError)
      expect(() => engine.free(gone)).toThrow(RangeError)
      expect(() => engine.hiddenShape(gone)).toThrow(RangeError)
      expect(() => stepLanes(net, Int32Array.of(gone), new Float32Array(3))).toThrow(RangeError)
    }
    for (const size of [0, -1, 1.5, Number.NaN]) {
      expect(() => engine.allocate({ units: size, parts: 1 })).toThrow(RangeError)
      expect(() => engine.allocate({ units: 4, parts: size })).toThrow(RangeError)
    }
    expect(stateSizeOf(shape)).toBe(18)
    expect(hiddenShapeOf(shape)).toEqual({ units: 9, parts: 2 })
  })

  it('refuses batches whose arrays are too short', () => {
    const net = loadRandom(create, oddShape('gru'), 5)
    const lanes = allocateLanes(net.engine, net.lanes, 3)
    const step = (inputs: number, outputs: number, count: number) => () =>
      net.engine.step(net.weights, lanes, new Float32Array(inputs), new Float32Array(outputs), count)
    expect(step(8, 15, 3)).toThrow(RangeError)
    expect(step(9, 14, 3)).toThrow(RangeError)
    expect(step(12, 20, 4)).toThrow(RangeError)
    expect(step(9, 15, 3)).not.toThrow()
    expect(step(0, 0, 0)).not.toThrow()
  })
}
