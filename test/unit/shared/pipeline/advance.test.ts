import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import type { LogRecord } from '#shared/log/port'
import { advance } from '#shared/pipeline/advance'
import { BatchOutcome } from '#shared/pipeline/batch-outcome'
import { PartitionState } from '#shared/pipeline/partition-state'
import { LineDriver, noise, numbersOf, record, START } from './line-driver.js'

const HOUR = 3_600_000

/** A reading of one series, before it has a place in a partition. */
interface Reading {
  readonly series: string
  readonly body: unknown
  readonly timestamp: number
}

const anyValue = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -50, max: 50, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(1e12, -3e38, 3.5e38, 1e-12, 'warm', null) },
)

/** Readings of one series: mostly one cell on, sometimes a gap, a second value, a step back or a tombstone. */
function anyReadings(series: string, cadenceMs: number): fc.Arbitrary<Reading[]> {
  const step = fc.tuple(
    fc.oneof(
      { weight: 12, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.constantFrom(0, -2, 0.2, 3, 30) },
    ),
    anyValue,
    fc.integer({ min: 0, max: 40 }),
  )
  return fc.array(step, { minLength: 1, maxLength: 60 }).map((steps) => {
    let cell = 0
    return steps.map(([jump, value, luck]) => {
      cell += jump
      const time = START + Math.round(cell * cadenceMs)
      return { series, body: luck === 0 ? null : { series, time, value }, timestamp: time + 1000 }
    })
  })
}

/** Everything that came of one series, without the places of its records. */
function ofSeries(outcomes: readonly BatchOutcome[], id: string): string[] {
  const plain = (_: string, value: unknown) =>
    ArrayBuffer.isView(value) ? [...(value as Float64Array)] : value
  return outcomes.flatMap(({ forecasts, scores, lifecycle }) =>
    [forecasts, scores, lifecycle].flatMap((list) =>
      list.filter(({ series }) => series === id).map((it) => JSON.stringify({ ...it, offset: 0 }, plain)),
    ),
  )
}

/** Advance through readings in the given order, cut into batches at the given places, in a partition of its own. */
function run(driver: LineDriver, readings: readonly Reading[], borders: readonly number[]): BatchOutcome[] {
  const partition = new PartitionState(0, driver.partition.serving)
  const records: LogRecord[] = readings.map(({ series, body, timestamp }, offset) =>
    record(offset, series, body, timestamp),
  )
  const cuts = [...new Set([...borders.map((at) => at % (records.length + 1)), records.length])].sort(
    (a, b) => a - b,
  )
  let from = 0
  const outcomes = cuts.map((to) => {
    const outcome = new BatchOutcome(0)
    advance(driver.line, partition, records.slice(from, to), outcome)
    from = to
    return outcome
  })
  for (const state of partition.series.values()) driver.line.release(state)
  return outcomes
}

/** Merge lists, keeping the order within each, as the numbers say. */
function interleave(lists: readonly (readonly Reading[])[], choices: readonly number[]): Reading[] {
  const places = lists.map(() => 0)
  const merged: Reading[] = []
  const total = lists.reduce((sum, list) => sum + list.length, 0)
  while (merged.length < total) {
    const open = lists.map((_, i) => i).filter((i) => places[i] < lists[i].length)
    const i = open[choices[merged.length % choices.length] % open.length]
    merged.push(lists[i][places[i]++])
  }
  return merged
}

// Expected: what the line says of the same series alone. No number is written down here.
describe('advance', () => {
  it.each<[string, Partial<PipelineSettings>]>([
    ['as they come', {}],
    ['held back for order', { graceMs: 20 * HOUR }],
  ])(
    'lets no series change another, for any interleaving and batch borders, with readings %s',
    (_, changes) => {
      const driver = new LineDriver(changes, true)
      const { cadenceMs } = driver.settings
      fc.assert(
        fc.property(
          fc.tuple(anyReadings('a', cadenceMs), anyReadings('b', cadenceMs), anyReadings('c', cadenceMs)),
          fc.array(fc.nat(1000), { minLength: 1, maxLength: 50 }),
          fc.array(fc.nat(1000), { maxLength: 20 }),
          (lists, choices, borders) => {
            const together = run(driver, interleave(lists, choices), borders)
            lists.forEach((list, i) => {
              const id = 'abc'[i]
              const alone = ofSeries(run(driver, list, []), id)
              // Lists come outcome by outcome and kind by kind: sorting makes them comparable over borders.
              expect(ofSeries(together, id).sort()).toEqual(alone.sort())
            })
          },
        ),
        { numRuns: 60 },
      )
    },
    60_000,
  )

  it('gives outcomes in the order of their records, wave for wave', () => {
    const driver = new LineDriver({}, true)
    const lists = ['a', 'b'].map((series) =>
      Array.from({ length: 12 }, (_, cell) => {
        const time = START + cell * driver.settings.cadenceMs
        return { series, body: { series, time, value: cell }, timestamp: time }
      }),
    )
    const [outcome] = run(driver, interleave(lists, [0, 0, 1, 0, 1]), [])
    const offsets = outcome.forecasts.map(({ offset }) => offset)
    expect(offsets.length).toBe(22)
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b))
  })

  it('issues no forecast that a later value could change', () => {
    // Leak test: everything from sample n on is replaced by noise, spikes and tombstones.
    const driver = new LineDriver({}, true)
    const values = Array.from({ length: 200 }, (_, i) => 20 + 5 * Math.sin((i * Math.PI) / 2) + noise(1, i))
    for (const n of [3, 49, 60, 61, 150]) {
      const change = (i: number) => (i < n ? values[i] : i % 7 === 0 ? 1e9 : -100 * noise(n, i))
      const readings = (of: (i: number) => number) =>
        values.map((_, i) => {
          const time = START + i * driver.settings.cadenceMs
          return { series: 'a', body: { series: 'a', time, value: of(i) }, timestamp: time }
        })
      const before = run(
        driver,
        readings((i) => values[i]),
        [],
      )[0].forecasts.slice(0, n - 1)
      const after = run(driver, readings(change), [])[0].forecasts.slice(0, n - 1)
      expect(before.length).toBe(n - 1)
      expect(after.map(numbersOf)).toEqual(before.map(numbersOf))
    }
  })

  it('issues finite forecasts whose quantiles never cross, whatever comes', () => {
    const driver = new LineDriver({}, true)
    const { cadenceMs, horizon } = driver.settings
    const hostile = fc.oneof(
      fc.constantFrom(0, -0, 1e-12, -1e-12, 5e-324, 1e9, 1e9 + 1, 3.4e38, -3.4e38),
      fc.double({ min: -3.4e38, max: 3.4e38, noNaN: true }),
      fc.double({ min: -1, max: 1, noNaN: true }),
    )
    const list = fc.array(fc.tuple(hostile, fc.constantFrom(1, 1, 1, 1, 2, 5, 50)), {
      minLength: 2,
      maxLength: 120,
    })
    fc.assert(
      fc.property(list, (samples) => {
        let cell = 0
        const readings = samples.map(([value, jump]) => {
          cell += jump
          const time = START + cell * cadenceMs
          return { series: 'a', body: { series: 'a', time, value }, timestamp: time }
        })
        const [{ forecasts }] = run(driver, readings, [])
        expect(forecasts.length).toBe(samples.length - 1)
        const seen = samples.map(([value]) => value)
        forecasts.forEach((forecast, i) => {
          for (const number of numbersOf(forecast)) expect(Number.isFinite(number)).toBe(true)
          const { quantiles, yhat } = forecast
          const known = seen.slice(0, i + 2)
          const [low, high] = [Math.min(...known), Math.max(...known)]
          for (let h = 0; h < horizon; h++) {
            // A series that began anew has one sample: the margin is widest then.
            const margin = 1.5 * (h + 1) * (high - low) + 1e-6 * Math.max(Math.abs(low), Math.abs(high))
            for (let q = 1; q < 7; q++) {
              expect(quantiles[q * horizon + h]).toBeGreaterThanOrEqual(quantiles[(q - 1) * horizon + h])
            }
            for (const point of [yhat[h], quantiles[3 * horizon + h]]) {
              expect(point).toBeGreaterThanOrEqual(low - margin)
              expect(point).toBeLessThanOrEqual(high + margin)
            }
          }
        })
      }),
      { numRuns: 60 },
    )
  }, 60_000)

  it('forecasts the same where nobody asks for scores, and makes none', () => {
    const values = Array.from({ length: 60 }, (_, t) => 5 * Math.sin((t * Math.PI) / 2) + noise(3, t))
    const readings = values.map((value, cell) => ({
      series: 'a',
      body: { series: 'a', time: START + cell * 6 * HOUR, value },
      timestamp: START + cell * 6 * HOUR,
    }))
    const [scored] = run(new LineDriver({ cadenceMs: 6 * HOUR }), readings, [])
    const [silent] = run(new LineDriver({ cadenceMs: 6 * HOUR }, false, { scores: false }), readings, [])
    expect(silent.scores).toEqual([])
    expect(scored.scores.length).toBe(values.length - 2)
    expect(silent.forecasts).toEqual(scored.forecasts)
  })
})
