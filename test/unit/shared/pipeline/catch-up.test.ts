import { describe, expect, it } from 'vitest'
import { pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import type { Forecast } from '#shared/forecast/forecast'
import { SHADOWED, scored } from '#shared/forecast/score'
import { CATCH_UP_ROWS } from '#shared/pipeline/catch-up'
import { WARM_STEPS } from '#shared/pipeline/forecast-line'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { viewTensors } from '#shared/recurrent/tensors'
import { LineDriver, noise } from './line-driver.js'

/** Weights of their own, with heads that say something. */
function speaking(driver: LineDriver, version: number): RecurrentWeights {
  const { manifest, values } = pipelineUntrainedWeights({ ...driver.settings, seed: 40 + version })
  const { hiddenToOutputs } = viewTensors(manifest, values)
  for (let i = 0; i < hiddenToOutputs.length; i++) hiddenToOutputs[i] = noise(version, i)
  return { manifest: { ...manifest, version }, values }
}

const values = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => 20 + 3 * Math.sin((from + i) / 2) + noise(3, from + i))

/** Put new weights into the serving slot, as a pin does; the ones that served shadow. */
function pin(driver: LineDriver, version: number): void {
  const { partition, line } = driver
  const weights = line.engine.load(speaking(driver, version))
  partition.shadow = partition.serving
  partition.serving = { weights, lane: partition.shadow.lane === 0 ? 1 : 0 }
}

/** The hidden state that the newest weights have of series `a`. */
function hiddenOf({ line, partition }: LineDriver, slot: 'serving' | 'shadow' = 'serving'): Float32Array {
  return line.engine.read(partition.series.get('a')!.lanes[partition[slot]!.lane])
}

/** Put new weights into the shadow's slot, as a challenge does. */
function challenge(driver: LineDriver, version: number): void {
  pin(driver, version)
  const { serving, shadow } = driver.partition
  driver.partition.serving = shadow!
  driver.partition.shadow = serving
}

/** The hidden state of the same weights in the shadow's slot, which took the samples from a place on as they came, and none before. */
function shadowedFrom(place: number): Float32Array {
  const driver = new LineDriver()
  driver.readAll('a', values(place))
  challenge(driver, 1)
  driver.line.recentRows!.break(driver.partition.series.get('a')!.numbers)
  driver.readAll('a', values(100 + SAMPLES - place, place), place)
  return hiddenOf(driver, 'shadow')
}

const furthest = (a: Float32Array, b: Float32Array) =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))

// By hand: with 8 rows a sample, one of which is new, 48 rows are caught up with at the seventh sample (48 − 6 · 7 ≤ 8).
const SAMPLES = Math.ceil((WARM_STEPS - CATCH_UP_ROWS) / (CATCH_UP_ROWS - 1)) + 1

describe('catching up with recent samples', () => {
  it('serves pinned weights warm after a few samples, and says that it is warming until then', () => {
    expect(SAMPLES).toBe(7)
    const driver = new LineDriver()
    driver.readAll('a', values(100))
    pin(driver, 1)
    const forecasts = driver.readAll('a', values(12, 100), 100)
    expect(forecasts.map(({ phase }) => phase)).toEqual([
      ...Array.from({ length: 6 }, () => 'warming'),
      ...Array.from({ length: 6 }, () => 'live'),
    ])
    expect(forecasts.map(({ flags }) => flags.includes('cold-weights'))).toEqual(
      forecasts.map(({ phase }) => phase === 'warming'),
    )
    expect(new Set(forecasts.map(({ weightsVersion }) => weightsVersion))).toEqual(new Set([1]))
  })

  it.each([
    ['pinned', 'serving', pin],
    ['that challenge', 'shadow', challenge],
  ] as const)(
    'gives weights %s the hidden state of those that took the 48 samples before as they came',
    (_, slot, put) => {
      const late = new LineDriver()
      late.readAll('a', values(100))
      put(late, 1)
      late.readAll('a', values(SAMPLES, 100), 100)
      const before = furthest(hiddenOf(late, slot), shadowedFrom(100 - WARM_STEPS))
      // Three decimals of each feature are kept.
      expect(before).toBeLessThan(0.002)
      // The control: those that took no more than what came since are not warm yet.
      expect(furthest(hiddenOf(late, slot), shadowedFrom(100))).toBeGreaterThan(50 * before)
    },
  )

  it('says nothing by cold weights: until they are warm the head stays at the last value', () => {
    const driver = new LineDriver({ experts: ['persistence', 'recurrent'] }, false, { keepExperts: true })
    driver.readAll('a', values(100))
    pin(driver, 1)
    const head = driver.line.recurrent * driver.settings.horizon
    const moved = driver.readAll('a', values(SAMPLES + 1, 100), 100).map(({ experts, value }) => {
      const said = experts!.subarray(head, head + driver.settings.horizon)
      return said.some((one) => one !== value)
    })
    expect(moved).toEqual([...new Array<boolean>(SAMPLES - 1).fill(false), true, true])
    // After a gap the hidden state begins at zero, and says nothing for as many steps as that shows.
    const after = driver.readAll('a', values(WARM_STEPS, 200), 200).map(({ experts, value }) => {
      const said = experts!.subarray(head, head + driver.settings.horizon)
      return said.some((one) => one !== value)
    })
    expect(after).toEqual([...new Array<boolean>(WARM_STEPS - 1).fill(false), true])
  })

  it('has a challenger scored by what it said warm, and by nothing before', () => {
    const driver = new LineDriver({}, false, { scores: true })
    driver.readAll('a', values(100))
    challenge(driver, 1)
    const shadows: (readonly number[])[] = []
    for (let at = 100; at < 100 + SAMPLES + 3; at++) {
      const { scores } = driver.read('a', at, values(1, at)[0]!)
      for (const score of scores) {
        // Of the forecasts one and two steps ahead.
        shadows.push([0, 1].map((k) => scored(score, SHADOWED, k)))
      }
    }
    // The seventh sample makes it warm: what is forecast from there on comes true one sample later, and two.
    expect(shadows).toEqual([...new Array(SAMPLES).fill([-1, -1]), [1, -1], [1, 1], [1, 1]])
  })

  it('has nothing to catch up with in a series that has just begun, or after a gap', () => {
    const driver = new LineDriver()
    driver.readAll('a', values(60))
    pin(driver, 1)
    driver.readAll('b', values(3))
    expect(driver.partition.series.get('b')!.laneSteps[1]).toBe(3)
    // Twenty cells on, more than are stepped through.
    driver.readAll('a', values(1), 80)
    expect(driver.partition.series.get('a')!.laneSteps[1]).toBe(1)
  })

  it('catches up alike in one batch and in many, also when it is pinned twice meanwhile', () => {
    const bytes = (batches: readonly number[]) => {
      const driver = new LineDriver()
      const forecasts: Forecast[] = []
      const feed = (from: number, to: number) => {
        for (let at = from; at < to; ) {
          const count = Math.min(batches[at % batches.length]!, to - at)
          for (const series of ['a', 'b']) forecasts.push(...driver.readAll(series, values(count, at), at))
          at += count
        }
      }
      feed(0, 40)
      pin(driver, 1)
      feed(40, 43)
      pin(driver, 2)
      feed(43, 70)
      return ['a', 'b'].map((id) =>
        forecasts.filter(({ series }) => series === id).map(({ yhat, phase }) => [...yhat, phase]),
      )
    }
    expect(bytes([1])).toEqual(bytes([5, 3]))
  })
})
