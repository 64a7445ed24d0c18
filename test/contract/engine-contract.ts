import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WeightsRefusedError } from '#shared/recurrent/check-weights'
import type { RecurrentEngine } from '#shared/recurrent/engine'
import type { GruWeights } from '#shared/recurrent/gru-weights'
import { stepFloat64 } from '../reference/gru/gru-float64.js'
import { anySizes, type EngineSizes, randomInputs, randomWeights } from '../reference/gru/random-weights.js'

const SIZES: readonly EngineSizes[] = [
  { hidden: 1, inputs: 1, leads: 1 },
  { hidden: 5, inputs: 3, leads: 4 },
  { hidden: 8, inputs: 4, leads: 8 },
  { hidden: 33, inputs: 13, leads: 25 },
  { hidden: 64, inputs: 8, leads: 24 },
]

/** What every engine behind the port must hold to. */
export function describeEngine(name: string, createEngine: (sizes: EngineSizes) => RecurrentEngine): void {
  describe(`${name} agrees with numbers from outside`, () => {
    for (const sizes of SIZES) {
      const { hidden, inputs, leads } = sizes
      it(`follows the equations in float64 to 1e-5 over 500 steps at D=${hidden} F=${inputs} H=${leads}`, () => {
        const rows = 3
        const engine = createEngine(sizes)
        const weights = randomWeights(sizes, 7)
        const loaded = engine.load(weights)
        const lanes = allocateLanes(engine, rows)
        const expected: Float64Array[] = Array.from({ length: rows }, () => new Float64Array(hidden))
        const outputs = new Float32Array(rows * leads)
        let worst = 0
        for (let t = 0; t < 500; t++) {
          const input = randomInputs(rows * inputs, 1000 + t)
          engine.step(loaded, lanes, input, outputs, rows)
          for (let row = 0; row < rows; row++) {
            const next = stepFloat64(
              weights,
              expected[row]!,
              input.subarray(row * inputs, (row + 1) * inputs),
            )
            expected[row] = next.hidden
            // Outputs grow with inputs of ±30: relative to their size where that is above 1.
            const readOut = outputs.subarray(row * leads, (row + 1) * leads)
            worst = Math.max(worst, largestError(engine.read(lanes[row]!), next.hidden))
            worst = Math.max(worst, largestError(readOut, next.output))
          }
        }
        expect(worst).toBeLessThan(1e-5)
      })
    }

    for (const file of ['gru-d5-f3-h4.json', 'gru-d32-f20-h24.json']) {
      it(`gives what PyTorch gives: ${file}`, () => {
        const reference = readReference(file)
        const { hidden, inputs, leads } = reference.weights.manifest
        const rows = reference.rows
        const engine = createEngine({ hidden, inputs, leads })
        const loaded = engine.load(reference.weights)
        const lanes = allocateLanes(engine, rows)
        const outputs = new Float32Array(rows * leads)
        for (const step of reference.steps) {
          engine.step(loaded, lanes, Float32Array.from(step.inputs.flat()), outputs, rows)
          lanes.forEach((lane, row) => {
            expect(largestError(engine.read(lane), step.hidden[row]!)).toBeLessThan(2e-6)
          })
          expect(largestError(outputs, step.outputs.flat())).toBeLessThan(5e-6)
        }
      })
    }
  })

  describe(`${name} keeps rows apart`, () => {
    it('gives a row the same bits in any batch, at any place in it, beside any other rows', () => {
      const batch = fc.record({
        count: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(48, 256, 261)),
        seed: fc.nat(1e6),
      })
      fc.assert(
        fc.property(anySizes, fc.array(batch, { minLength: 1, maxLength: 4 }), (sizes, batches) => {
          const engine = createEngine(sizes)
          const loaded = engine.load(randomWeights(sizes, 11))
          const probeInput = randomInputs(sizes.inputs, 99)
          const alone = stepOnce(engine, loaded, sizes, 1, 0, probeInput, 0)
          for (const { count, seed } of batches) {
            const together = stepOnce(engine, loaded, sizes, count, seed % count, probeInput, seed)
            expect(together).toEqual(alone)
          }
        }),
        { numRuns: 60, seed: 20010101 },
      )
    })

    it('gives a run of 40 steps the same bits in batches of 1, 7, 48 and 256', () => {
      const sizes = { hidden: 20, inputs: 5, leads: 6 }
      const runs = [1, 7, 48, 256].map((rows) => {
        const engine = createEngine(sizes)
        const loaded = engine.load(randomWeights(sizes, 3))
        const lanes = allocateLanes(engine, 256)
        const outputs = new Float32Array(256 * sizes.leads)
        for (let t = 0; t < 40; t++) {
          const inputs = randomInputs(256 * sizes.inputs, t)
          for (let first = 0; first < 256; first += rows) {
            const count = Math.min(rows, 256 - first)
            const from = inputs.subarray(first * sizes.inputs)
            engine.step(loaded, lanes.subarray(first), from, outputs.subarray(first * sizes.leads), count)
          }
        }
        return { states: [...lanes].map((lane) => engine.read(lane)), outputs }
      })
      for (const run of runs.slice(1)) expect(run).toEqual(runs[0])
    })

    it('takes the lanes of a batch in any order', () => {
      const sizes = { hidden: 9, inputs: 2, leads: 3 }
      fc.assert(
        fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 10 }), (order) => {
          const straight = runInOrder(createEngine(sizes), sizes, [...order].sort())
          const shuffled = runInOrder(createEngine(sizes), sizes, order)
          expect(shuffled).toEqual(straight)
        }),
        { numRuns: 20, seed: 20010102 },
      )
    })

    it('never moves the state of a lane that is not in the batch', () => {
      const sizes = { hidden: 13, inputs: 3, leads: 2 }
      const engine = createEngine(sizes)
      const loaded = engine.load(randomWeights(sizes, 5))
      const lanes = allocateLanes(engine, 64)
      lanes.forEach((lane, i) => {
        engine.write(lane, randomInputs(13, i))
      })
      const stepped = lanes.filter((_, i) => i % 3 === 0)
      engine.step(loaded, stepped, randomInputs(64 * 3, 1), new Float32Array(64 * 2), stepped.length)
      lanes.forEach((lane, i) => {
        const before = randomInputs(13, i)
        if (i % 3 === 0) expect(engine.read(lane)).not.toEqual(before)
        else expect(engine.read(lane)).toEqual(before)
      })
    })

    it('keeps a value that is not finite in its own row', () => {
      const sizes = { hidden: 6, inputs: 2, leads: 3 }
      const engine = createEngine(sizes)
      const loaded = engine.load(randomWeights(sizes, 5))
      const clean = stepFour(engine, loaded, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8))
      const hit = stepFour(
        engine,
        loaded,
        Float32Array.of(1, 2, Number.NaN, 4, 5, 6, 7, Number.POSITIVE_INFINITY),
      )
      expect(hit.slice(0, 3)).toEqual(clean.slice(0, 3))
      expect(hit.slice(6, 9)).toEqual(clean.slice(6, 9))
      expect(hit.slice(3, 6).every(Number.isNaN)).toBe(true)
    })

    it('heals a lane that was not finite once a state is written to it', () => {
      const sizes = { hidden: 5, inputs: 2, leads: 3 }
      const engine = createEngine(sizes)
      const loaded = engine.load(randomWeights(sizes, 5))
      const lane = Int32Array.of(engine.allocate())
      const clean = new Float32Array(3)
      engine.step(loaded, lane, Float32Array.of(1, 2), clean, 1)
      engine.step(loaded, lane, Float32Array.of(Number.NaN, 2), new Float32Array(3), 1)
      engine.write(lane[0]!, new Float32Array(5))
      const healed = new Float32Array(3)
      engine.step(loaded, lane, Float32Array.of(1, 2), healed, 1)
      expect(healed).toEqual(clean)
    })
  })

  describe(`${name} keeps states`, () => {
    const sizes = { hidden: 7, inputs: 2, leads: 1 }

    it('reads back every bit that was written', () => {
      const engine = createEngine(sizes)
      const float = fc.float({ noDefaultInfinity: true, noNaN: true })
      fc.assert(
        fc.property(fc.array(float, { minLength: 7, maxLength: 7 }), (values) => {
          const lane = engine.allocate()
          engine.write(lane, Float32Array.from(values))
          expect(engine.read(lane)).toEqual(Float32Array.from(values))
          engine.free(lane)
        }),
        { numRuns: 100, seed: 20010103 },
      )
    })

    it('hands out a copy, which later steps do not change', () => {
      const engine = createEngine(sizes)
      const loaded = engine.load(randomWeights(sizes, 5))
      const lane = engine.allocate()
      const before = engine.read(lane)
      engine.step(loaded, Int32Array.of(lane), Float32Array.of(1, 1), new Float32Array(1), 1)
      expect(before).toEqual(new Float32Array(7))
    })

    it('starts a lane at zero: a new one, a cleared one and a used one', () => {
      const engine = createEngine(sizes)
      const lane = engine.allocate()
      expect(engine.read(lane)).toEqual(new Float32Array(7))
      engine.write(lane, randomInputs(7, 1))
      engine.clear(lane)
      expect(engine.read(lane)).toEqual(new Float32Array(7))
      engine.write(lane, randomInputs(7, 2))
      engine.free(lane)
      const again = engine.allocate()
      expect(engine.read(again)).toEqual(new Float32Array(7))
    })

    it('uses freed lanes again before it takes new ones', () => {
      const engine = createEngine(sizes)
      const lanes = allocateLanes(engine, 100)
      for (const lane of lanes) engine.free(lane)
      const again = allocateLanes(engine, 100)
      expect([...again].sort((a, b) => a - b)).toEqual([...lanes].sort((a, b) => a - b))
    })

    it('keeps all states and loaded weights while it grows to 12,000 lanes', () => {
      const engine = createEngine({ hidden: 64, inputs: 2, leads: 1 })
      const weights = randomWeights({ hidden: 64, inputs: 2, leads: 1 }, 5)
      const loaded = engine.load(weights)
      const lanes = new Int32Array(12_000)
      for (let i = 0; i < lanes.length; i++) {
        lanes[i] = engine.allocate()
        engine.write(lanes[i]!, new Float32Array(64).fill(i))
      }
      expect(new Set(lanes).size).toBe(12_000)
      for (let i = 0; i < lanes.length; i++) {
        const state = engine.read(lanes[i]!)
        expect(state[0] === i && state[63] === i).toBe(true)
      }
      engine.clear(lanes[11_999]!)
      const output = new Float32Array(1)
      engine.step(loaded, lanes.subarray(11_999), Float32Array.of(0.5, -1), output, 1)
      const expected = stepFloat64(weights, new Float64Array(64), [0.5, -1])
      expect(largestError(output, expected.output)).toBeLessThan(1e-5)
    })

    it('refuses a state of another length and lanes that were never given out', () => {
      const engine = createEngine(sizes)
      const loaded = engine.load(randomWeights(sizes, 5))
      const lane = engine.allocate()
      expect(() => engine.write(lane, new Float32Array(6))).toThrow(RangeError)
      engine.free(lane)
      expect(() => engine.read(lane)).toThrow(RangeError)
      expect(() => engine.free(lane)).toThrow(RangeError)
      const step = () => engine.step(loaded, Int32Array.of(lane), new Float32Array(2), new Float32Array(1), 1)
      expect(step).toThrow(RangeError)
    })
  })

  describe(`${name} holds weights`, () => {
    const sizes = { hidden: 6, inputs: 3, leads: 2 }
    const input = Float32Array.of(0.25, -1, 0.5)

    it('steps with either of two loaded sets, and with a third in the place of an unloaded one', () => {
      const engine = createEngine(sizes)
      const sets = [1, 2, 3].map((seed) => randomWeights(sizes, seed, seed))
      const expected = sets.map((set) => stepFloat64(set, new Float64Array(6), input).output)
      const output = (loaded: ReturnType<typeof engine.load>) => {
        const lane = engine.allocate()
        const outputs = new Float32Array(2)
        engine.step(loaded, Int32Array.of(lane), input, outputs, 1)
        engine.free(lane)
        return outputs
      }
      const serving = engine.load(sets[0]!)
      const shadow = engine.load(sets[1]!)
      expect([serving.version, shadow.version]).toEqual([1, 2])
      expect(largestError(output(serving), expected[0]!)).toBeLessThan(1e-6)
      expect(largestError(output(shadow), expected[1]!)).toBeLessThan(1e-6)
      engine.unload(serving)
      const third = engine.load(sets[2]!)
      expect(largestError(output(third), expected[2]!)).toBeLessThan(1e-6)
      expect(largestError(output(shadow), expected[1]!)).toBeLessThan(1e-6)
      expect(() => output(serving)).toThrow(RangeError)
      expect(() => engine.unload(serving)).toThrow(RangeError)
    })

    it('does not follow later changes of the arrays that were loaded', () => {
      const engine = createEngine(sizes)
      const weights = randomWeights(sizes, 4)
      const loaded = engine.load(weights)
      const expected = stepFloat64(weights, new Float64Array(6), input).output
      weights.inputToLeads.fill(9)
      const outputs = new Float32Array(2)
      engine.step(loaded, Int32Array.of(engine.allocate()), input, outputs, 1)
      expect(largestError(outputs, expected)).toBeLessThan(1e-6)
    })

    it('refuses weights of other sizes, tensors of a wrong length and values that are not finite', () => {
      const engine = createEngine(sizes)
      const good = randomWeights(sizes, 4)
      const spoiled = new Float32Array(good.hiddenToGates)
      spoiled[17] = Number.NaN
      const refused: GruWeights[] = [
        randomWeights({ ...sizes, hidden: 7 }, 4),
        randomWeights({ ...sizes, inputs: 2 }, 4),
        randomWeights({ ...sizes, leads: 3 }, 4),
        { ...good, leadBias: new Float32Array(1) },
        { ...good, hiddenToGates: spoiled },
        { ...good, inputBias: new Float32Array(18).fill(Number.POSITIVE_INFINITY) },
      ]
      for (const weights of refused) expect(() => engine.load(weights)).toThrow(WeightsRefusedError)
      expect(engine.load(good).version).toBe(1)
    })
  })
}

function allocateLanes(engine: RecurrentEngine, count: number): Int32Array {
  return Int32Array.from({ length: count }, () => engine.allocate())
}

/** Output and state of one row, stepped from a set state at `place` in a batch of `count` random rows. */
function stepOnce(
  engine: RecurrentEngine,
  loaded: ReturnType<RecurrentEngine['load']>,
  sizes: EngineSizes,
  count: number,
  place: number,
  probeInput: Float32Array,
  seed: number,
): { state: Float32Array; output: Float32Array } {
  const lanes = allocateLanes(engine, count)
  lanes.forEach((lane, i) => {
    engine.write(lane, randomInputs(sizes.hidden, i === place ? 42 : seed + i))
  })
  const inputs = randomInputs(count * sizes.inputs, seed + 1)
  inputs.set(probeInput, place * sizes.inputs)
  const outputs = new Float32Array(count * sizes.leads)
  engine.step(loaded, lanes, inputs, outputs, count)
  const state = engine.read(lanes[place]!)
  for (const lane of lanes) engine.free(lane)
  return { state, output: outputs.slice(place * sizes.leads, (place + 1) * sizes.leads) }
}

function runInOrder(engine: RecurrentEngine, sizes: EngineSizes, order: readonly number[]): Float32Array[] {
  const loaded = engine.load(randomWeights(sizes, 8))
  const lanes = allocateLanes(engine, order.length)
  const batch = Int32Array.from(order, (series) => lanes[series]!)
  const outputs = new Float32Array(order.length * sizes.leads)
  const byPlace = new Map<number, Float32Array>()
  for (let t = 0; t < 5; t++) {
    const inputs = new Float32Array(order.length * sizes.inputs)
    order.forEach((series, place) => {
      inputs.set(randomInputs(sizes.inputs, 100 * t + series), place * sizes.inputs)
    })
    engine.step(loaded, batch, inputs, outputs, order.length)
    order.forEach((series, place) => {
      byPlace.set(series, outputs.slice(place * sizes.leads, (place + 1) * sizes.leads))
    })
  }
  return order.map((_, series) => byPlace.get(series)!)
}

function stepFour(
  engine: RecurrentEngine,
  loaded: ReturnType<RecurrentEngine['load']>,
  inputs: Float32Array,
): Float32Array {
  const outputs = new Float32Array(4 * engine.leads)
  engine.step(loaded, allocateLanes(engine, 4), inputs, outputs, 4)
  return outputs
}

/** Largest difference, relative to the expected value where that is above 1. */
function largestError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length)
  let worst = 0
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!) / Math.max(1, Math.abs(expected[i]!))
    if (Number.isNaN(error)) return Number.NaN
    worst = Math.max(worst, error)
  }
  return worst
}

interface Reference {
  readonly rows: number
  readonly weights: GruWeights
  readonly steps: readonly { inputs: number[][]; hidden: number[][]; outputs: number[][] }[]
}

/** Made by `test/reference/gru/make_gru_reference.py`. */
function readReference(file: string): Reference {
  const url = new URL(`../reference/gru/${file}`, import.meta.url)
  if (!existsSync(url)) throw new Error(`${file} is missing: run make_gru_reference.py beside it`)
  const read = JSON.parse(readFileSync(url, 'utf8'))
  expect(read.format).toBe('foretide.gru-reference/1')
  const { inputs, hidden, leads, rows } = read.sizes
  const tensors = Object.fromEntries(
    Object.entries(read.tensors as Record<string, number[]>).map(([name, values]) => [
      name,
      Float32Array.from(values),
    ]),
  )
  const { manifest } = randomWeights({ inputs, hidden, leads }, 1)
  return { rows, weights: { manifest, ...tensors } as unknown as GruWeights, steps: read.steps }
}
