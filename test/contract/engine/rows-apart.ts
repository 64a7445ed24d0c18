import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CELLS, type NetShape, stateSizeOf } from '#shared/recurrent/net-shape'
import { anyShape, randomInputs } from '../../reference/recurrent/random-nets.js'
import {
  allocateLanes,
  type CreateEngine,
  type Loaded,
  loadRandom,
  oddShape,
  stepLanes,
} from './step-rows.js'

/** A row's bits depend on its own lane, input and weights alone. */
export function describeRowsApart(create: CreateEngine): void {
  it('gives a row the same bits in any batch, at any place in it, beside any other rows', () => {
    const batch = fc.record({
      count: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(48, 256, 261)),
      seed: fc.nat(1e6),
    })
    fc.assert(
      fc.property(anyShape(), fc.array(batch, { minLength: 1, maxLength: 4 }), (shape, batches) => {
        const net = loadRandom(create, shape, 11)
        const alone = stepProbe(net, 1, 0, 0)
        for (const { count, seed } of batches) {
          expect(stepProbe(net, count, seed % count, seed)).toEqual(alone)
        }
      }),
      { numRuns: 80, seed: 20010101 },
    )
  })

  describe.each(CELLS)('%s', (cell) => {
    it.each([1, 2, 3])(
      'gives a run of 40 steps the same bits in batches of 1, 7, 48 and 256, layers: %i',
      (layers) => {
        const shape: NetShape = { ...oddShape(cell, layers), hidden: 20, inputs: 5, outputs: 6 }
        const runs = [1, 7, 48, 256].map((rows) => {
          const net = loadRandom(create, shape, 3)
          const lanes = allocateLanes(net.engine, net.lanes, 256)
          const outputs = new Float32Array(256 * 6)
          for (let t = 0; t < 40; t++) {
            const inputs = randomInputs(256 * 5, t)
            for (let first = 0; first < 256; first += rows) {
              const count = Math.min(rows, 256 - first)
              const [from, to] = [inputs.subarray(first * 5), outputs.subarray(first * 6)]
              net.engine.step(net.weights, lanes.subarray(first), from, to, count)
            }
          }
          return { states: [...lanes].map((lane) => net.engine.read(lane)), outputs }
        })
        for (const run of runs.slice(1)) expect(run).toEqual(runs[0])
      },
    )

    it('takes the lanes of a batch in any order', () => {
      fc.assert(
        fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 10 }), (order) => {
          const straight = runInOrder(loadRandom(create, oddShape(cell), 8), [...order].sort())
          expect(runInOrder(loadRandom(create, oddShape(cell), 8), order)).toEqual(straight)
        }),
        { numRuns: 10, seed: 20010102 },
      )
    })

    it('never moves the state of a lane that is not in the batch', () => {
      const shape = oddShape(cell, 2)
      const net = loadRandom(create, shape, 5)
      const lanes = allocateLanes(net.engine, net.lanes, 64)
      const firstState = (i: number) => randomInputs(stateSizeOf(shape), i)
      lanes.forEach((lane, i) => {
        net.engine.write(lane, firstState(i))
      })
      stepLanes(
        net,
        lanes.filter((_, i) => i % 3 === 0),
        randomInputs(64 * 3, 1),
      )
      lanes.forEach((lane, i) => {
        if (i % 3 === 0) expect(net.engine.read(lane)).not.toEqual(firstState(i))
        else expect(net.engine.read(lane)).toEqual(firstState(i))
      })
    })

    // NaN must reach the outputs, through the net alone too, so that what stands behind sees it and withholds the row.
    it.each([1, 2, 3])(
      'keeps a value that is not finite in its own row, and shows it: layers %i',
      (layers) => {
        const shape: NetShape = { ...oddShape(cell, layers), inputs: 2, outputs: 3 }
        const net = loadRandom(create, shape, 5)
        // The concatenation's outputs read the state before the step, so that they show it one step later.
        const stepTwice = (inputs: Float32Array) => {
          const lanes = allocateLanes(net.engine, net.lanes, 4)
          stepLanes(net, lanes, inputs)
          return stepLanes(net, lanes, Float32Array.of(1, 1, 1, 1, 1, 1, 1, 1))
        }
        const clean = stepTwice(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8))
        const hit = stepTwice(Float32Array.of(1, 2, Number.NaN, 4, 5, 6, 7, Number.POSITIVE_INFINITY))
        expect(hit.slice(0, 3)).toEqual(clean.slice(0, 3))
        expect(hit.slice(6, 9)).toEqual(clean.slice(6, 9))
        expect([...hit.slice(3, 6)]).toEqual([Number.NaN, Number.NaN, Number.NaN])
      },
    )

    it('heals a lane that was not finite once it is written or cleared', () => {
      const net = loadRandom(create, { ...oddShape(cell, 2), inputs: 2 }, 5)
      const lanes = allocateLanes(net.engine, net.lanes, 2)
      const [good, bad] = [Float32Array.of(1, 2, 1, 2), Float32Array.of(Number.NaN, 2, 1, Number.NaN)]
      const clean = stepLanes(net, lanes, good)
      stepLanes(net, lanes, bad)
      net.engine.write(lanes[0]!, new Float32Array(stateSizeOf(net.shape)))
      net.engine.clear(lanes[1]!)
      expect(stepLanes(net, lanes, good)).toEqual(clean)
    })
  })
}

/** Output and state of one row, stepped from a set state at `place` in a batch of `count` random rows. */
function stepProbe(
  net: Loaded,
  count: number,
  place: number,
  seed: number,
): { state: Float32Array; output: Float32Array } {
  const { engine, shape } = net
  const { inputs: F, outputs: H } = shape
  const lanes = allocateLanes(engine, net.lanes, count)
  lanes.forEach((lane, i) => {
    engine.write(lane, randomInputs(stateSizeOf(shape), i === place ? 42 : seed + i))
  })
  const inputs = randomInputs(count * F, seed + 1)
  inputs.set(randomInputs(F, 99), place * F)
  const outputs = stepLanes(net, lanes, inputs)
  const state = engine.read(lanes[place]!)
  for (const lane of lanes) engine.free(lane)
  return { state, output: outputs.slice(place * H, (place + 1) * H) }
}

/** Five steps of series 0 to 9 in a batch of this order; outputs by series. */
function runInOrder(net: Loaded, order: readonly number[]): Float32Array[] {
  const { inputs: F, outputs: H } = net.shape
  const lanes = allocateLanes(net.engine, net.lanes, order.length)
  const batch = Int32Array.from(order, (series) => lanes[series]!)
  const bySeries: Float32Array[] = []
  for (let t = 0; t < 5; t++) {
    const inputs = new Float32Array(order.length * F)
    order.forEach((series, place) => {
      inputs.set(randomInputs(F, 100 * t + series), place * F)
    })
    const outputs = stepLanes(net, batch, inputs)
    order.forEach((series, place) => {
      bySeries[series] = outputs.slice(place * H, (place + 1) * H)
    })
  }
  return bySeries
}
