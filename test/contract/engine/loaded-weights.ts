import { expect, it } from 'vitest'
import { WeightsRefusedError } from '#shared/recurrent/check-weights'
import type { LoadedWeights } from '#shared/recurrent/engine'
import { CELLS, hiddenShapeOf, type NetShape, stateSizeOf } from '#shared/recurrent/net-shape'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { stepFloat64 } from '../../reference/recurrent/net-float64.js'
import { randomInputs, randomValues, randomWeights } from '../../reference/recurrent/random-nets.js'
import {
  allocateLanes,
  type CreateEngine,
  largestError,
  loadRandom,
  oddShape,
  stepLanes,
} from './step-rows.js'

/** Sets of weights are loaded side by side, and what cannot be stepped is refused. */
export function describeLoadedWeights(create: CreateEngine): void {
  const input = Float32Array.of(0.25, -1, 0.5)
  const firstOutput = (shape: NetShape, seed: number) =>
    stepFloat64(shape, randomValues(shape, seed), new Float32Array(stateSizeOf(shape)), input).output

  it('steps with either of two loaded sets, and with a third in the place of an unloaded one', () => {
    const shape = oddShape('gru')
    const engine = create(shape)
    const sets = [1, 2, 3].map((seed) => randomWeights(shape, seed, seed))
    const expected = [1, 2, 3].map((seed) => firstOutput(shape, seed))
    const output = (weights: LoadedWeights) => {
      const lane = engine.allocate(hiddenShapeOf(shape))
      const outputs = stepLanes({ engine, weights, shape }, Int32Array.of(lane), input)
      engine.free(lane)
      return outputs
    }
    const [serving, shadow] = [engine.load(sets[0]!), engine.load(sets[1]!)]
    expect([serving.version, shadow.version]).toEqual([1, 2])
    expect(serving.shape).toEqual(shape)
    expect(largestError(output(serving), expected[0]!)).toBeLessThan(1e-6)
    expect(largestError(output(shadow), expected[1]!)).toBeLessThan(1e-6)
    engine.unload(serving)
    const third = engine.load(sets[2]!)
    expect(largestError(output(third), expected[2]!)).toBeLessThan(1e-6)
    expect(largestError(output(shadow), expected[1]!)).toBeLessThan(1e-6)
    expect(() => output(serving)).toThrow(RangeError)
    expect(() => engine.unload(serving)).toThrow(RangeError)
  })

  it('steps sets of different cells, layers and sizes side by side as each alone', () => {
    const shapes = CELLS.map((cell, i) => ({ ...oddShape(cell, 1 + (i % 3)), hidden: 4 + 5 * i }))
    const together = create(shapes[0]!)
    const nets = shapes.map((shape, i) => {
      const shared = { engine: together, weights: together.load(randomWeights(shape, i)), shape }
      const alone = loadRandom(create, shape, i)
      const lanes = allocateLanes(together, hiddenShapeOf(shape), 10)
      return { shared, alone, lanes, lanesAlone: allocateLanes(alone.engine, alone.lanes, 10) }
    })
    for (let t = 0; t < 10; t++) {
      const inputs = randomInputs(30, t)
      for (const { shared, alone, lanes, lanesAlone } of nets) {
        expect(stepLanes(shared, lanes, inputs)).toEqual(stepLanes(alone, lanesAlone, inputs))
      }
      // One of them makes room for another while the rest go on.
      const first = nets[t % nets.length]!
      together.unload(first.shared.weights)
      first.shared.weights = together.load(randomWeights(first.shared.shape, t % nets.length))
    }
    for (const { shared, alone, lanes, lanesAlone } of nets) {
      const read = (lane: number) => shared.engine.read(lane)
      expect([...lanes].map(read)).toEqual([...lanesAlone].map((lane) => alone.engine.read(lane)))
    }
  })

  it('does not follow later changes of the array that was loaded', () => {
    const shape = oddShape('lstm', 2)
    const engine = create(shape)
    const given = randomWeights(shape, 4)
    const weights = engine.load(given)
    given.values.fill(9)
    const lane = Int32Array.of(engine.allocate(hiddenShapeOf(shape)))
    const outputs = stepLanes({ engine, weights, shape }, lane, input)
    expect(largestError(outputs, firstOutput(shape, 4))).toBeLessThan(1e-6)
  })

  it('does not take the weights of another engine', () => {
    const [net, other] = [loadRandom(create, oddShape('gru'), 1), loadRandom(create, oddShape('gru'), 2)]
    const lane = Int32Array.of(net.engine.allocate(net.lanes))
    expect(() => stepLanes({ ...net, weights: other.weights }, lane, input)).toThrow(RangeError)
    expect(() => net.engine.unload(other.weights)).toThrow(RangeError)
  })

  it.each(CELLS)(
    'refuses other inputs and outputs, a wrong number of values and values not finite: %s',
    (cell) => {
      const shape = oddShape(cell, 2)
      const engine = create(shape)
      const good = randomWeights(shape, 4)
      const spoiled = (at: number, value: number) => {
        const values = good.values.slice()
        values[at] = value
        return { ...good, values }
      }
      const shaped = (other: Partial<NetShape>): RecurrentWeights => ({
        ...good,
        manifest: { ...good.manifest, ...other },
      })
      const refused: RecurrentWeights[] = [
        randomWeights({ ...shape, inputs: 2 }, 4),
        randomWeights({ ...shape, outputs: 3 }, 4),
        { ...good, values: good.values.slice(1) },
        { ...good, values: new Float32Array(good.values.length + 1) },
        spoiled(17, Number.NaN),
        spoiled(good.values.length - 1, Number.POSITIVE_INFINITY),
        spoiled(0, Number.NEGATIVE_INFINITY),
        shaped({ hidden: 10 }),
        shaped({ layers: 0 }),
        shaped({ layers: 4 }),
        shaped({ headReadsInput: false }),
        shaped({ cell: 'transformer' as NetShape['cell'] }),
        shaped({ output: 'softmax' as NetShape['output'] }),
      ]
      for (const weights of refused) expect(() => engine.load(weights)).toThrow(WeightsRefusedError)
      expect(engine.load(good).version).toBe(1)
    },
  )
}
