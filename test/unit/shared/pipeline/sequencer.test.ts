import { describe, expect, it } from 'vitest'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import type { BatchOutcome } from '#shared/pipeline/batch-outcome'
import { HOUR, LineDriver, numbersOf, record, START } from './line-driver.js'

const CADENCE = 6 * HOUR

/** What became of a batch, in short: offsets of forecasts, events by offset, reasons of dead letters. */
function brief({ forecasts, lifecycle, deadLetters }: BatchOutcome) {
  return {
    forecasts: forecasts.map(({ offset }) => offset),
    events: lifecycle.map(({ event, offset }) => `${event} ${offset}`),
    refused: deadLetters.map(({ reason, series }) => `${reason} ${series}`),
  }
}

/** Readings of one series at cells of the grid (broken ones too); null is a tombstone. */
function takeCells(cells: readonly (number | null)[], changes: Partial<PipelineSettings> = {}) {
  const driver = new LineDriver(changes, true)
  const records = cells.map((cell, offset) => {
    const time = START + (cell ?? 0) * CADENCE
    return record(offset, 'a', cell === null ? null : { series: 'a', time, value: offset }, time)
  })
  return { driver, outcome: driver.take(records) }
}

// Expected outcomes by hand, from the rules of the design's § 9: every record of a series has exactly one.
describe('a series in the line', () => {
  it('is warming at its first sample and forecast from its second', () => {
    expect(brief(takeCells([0, 1, 2]).outcome)).toEqual({
      forecasts: [1, 2],
      events: ['warming 0'],
      refused: [],
    })
  })

  it('has duplicates, late ones and second values of a cell dropped, each with its reason', () => {
    expect(brief(takeCells([0, 1, 1, 0.5, 1.2, 2]).outcome)).toEqual({
      forecasts: [1, 5],
      events: ['warming 0', 'duplicate 2', 'late 3', 'same-cell 4'],
      refused: [],
    })
  })

  it('is moved by none of those', () => {
    const values = [5, 7, 4, 9]
    const one = new LineDriver()
    const other = new LineDriver()
    const last = values.map((value, cell) => {
      const clean = one.read('a', cell, value)
      const dirty = other.read('a', cell, value)
      other.read('a', cell, 1e9)
      other.read('a', cell - 0.3, -1e9)
      other.read('a', cell + 0.2, 1e9)
      return [clean.forecasts.map(numbersOf), dirty.forecasts.map(numbersOf)]
    })
    for (const [clean, dirty] of last) expect(dirty).toEqual(clean)
  })

  it('steps through a short gap: what was forecast before it is scored after it', () => {
    const { outcome } = takeCells([0, 1, 2, 3, 6], { gapMax: 2 })
    expect(brief(outcome).forecasts).toEqual([1, 2, 3, 4])
    expect(outcome.forecasts.at(-1)?.flags).toEqual([])
    // At a day of four and six leads the knots are 1, 2 and 3; at cell 6 the one from cell 3 comes true.
    expect(outcome.scores.at(-1)?.leads).toEqual([3])
  })

  it('skips a long gap, says so, and starts the hidden state from zero', () => {
    const { driver, outcome } = takeCells([0, 1, 2, 3, 7], { gapMax: 2 })
    expect(outcome.forecasts.map(({ flags }) => flags)).toEqual([[], [], [], ['gap']])
    expect(driver.partition.series.get('a')?.laneSteps[0]).toBe(1)
    expect(takeCells([0, 1, 2, 3, 6], { gapMax: 2 }).driver.partition.series.get('a')?.laneSteps[0]).toBe(7)
  })

  it('starts afresh when it was idle for longer than its time to live', () => {
    const changes = { ttlMs: 40 * CADENCE }
    expect(brief(takeCells([0, 1, 41, 42], changes).outcome)).toMatchObject({
      forecasts: [1, 2, 3],
      events: ['warming 0'],
    })
    const { driver, outcome } = takeCells([0, 1, 42, 43], changes)
    expect(brief(outcome)).toMatchObject({
      forecasts: [1, 3],
      events: ['warming 0', 'expired 2', 'warming 2'],
    })
    expect(driver.partition.series.get('a')?.samples).toBe(2)
  })

  it('after a tombstone is forecast as a new series is, even from an earlier time', () => {
    const { outcome } = takeCells([10, 11, 12, 13, null, 3, 4, 5])
    expect(brief(outcome)).toEqual({
      forecasts: [1, 2, 3, 6, 7],
      events: ['warming 0', 'reset 4', 'warming 5'],
      refused: [],
    })
    const fresh = takeCells([3, 4, 5]).outcome
    // Values are the offsets, five more here than there: a level moves forecasts along and nothing else.
    const moved = outcome.forecasts.slice(3).map(({ yhat }) => [...yhat].map((value) => value - 5))
    fresh.forecasts.forEach(({ yhat }, i) => {
      moved[i].forEach((value, h) => {
        expect(value).toBeCloseTo(yhat[h], 5)
      })
    })
  })

  it('is put in order within the grace, each outcome with the offset of its own reading', () => {
    const { driver, outcome } = takeCells([0, 2, 1, 3, 5, 4, 3, 9, 2], { graceMs: 2 * CADENCE })
    // By hand, released by the newest time minus two cells: 0 by 2; 1 by 3 (with 1 arrived); 2, 3 by 5; 4…7 by 9.
    expect(
      outcome.forecasts.map(({ offset, originTimeMs }) => [offset, (originTimeMs - START) / CADENCE]),
    ).toEqual([
      [2, 1],
      [1, 2],
      [3, 3],
      [5, 4],
      [4, 5],
    ])
    expect(brief(outcome).events).toEqual(['warming 0', 'duplicate 6', 'late 8'])
    expect(driver.partition.series.get('a')?.held.map(({ offset }) => offset)).toEqual([7])
  })

  it('loses nothing that was held back when a tombstone comes: each reading is said to be reset', () => {
    const { outcome } = takeCells([0, 1, 2, 3, null], { graceMs: 2 * CADENCE })
    // Released by 3 − 2: 0 and 1. Held: 2 and 3.
    expect(brief(outcome).forecasts).toEqual([1])
    expect(brief(outcome).events).toEqual(['warming 0', 'reset 2', 'reset 3', 'reset 4'])
  })

  it('is refused with a reason when the partition is full, and those it holds go on', () => {
    const driver = new LineDriver({ seriesMax: 2 })
    const read = (offset: number, series: string) =>
      record(offset, series, { series, time: START + offset * CADENCE, value: 1 }, START + offset * CADENCE)
    const outcome = driver.take(['a', 'b', 'c', 'a', 'c', 'b'].map((series, offset) => read(offset, series)))
    expect(brief(outcome)).toEqual({
      forecasts: [3, 5],
      events: ['warming 0', 'warming 1'],
      refused: ['series-limit c', 'series-limit c'],
    })
    expect(driver.partition.series.size).toBe(2)
  })

  it('is known again where it was known before those that a restore found there, also under a lower limit', () => {
    const driver = new LineDriver({ seriesMax: 2 })
    const read = (offset: number, series: string) =>
      record(offset, series, { series, time: START + offset * CADENCE, value: 1 }, START + offset * CADENCE)
    // Saved with a limit of three; b was not saved yet when the process ended.
    for (const [id, firstOffset] of [
      ['a', 0],
      ['c', 2],
    ] as const) {
      const state = driver.line.createSeries(id, firstOffset)
      state.lastOffset = firstOffset
      driver.partition.series.set(id, state)
    }
    const outcome = driver.take(['a', 'b', 'c', 'd'].map((series, offset) => read(offset, series)))
    expect(brief(outcome)).toMatchObject({ events: ['warming 1'], refused: ['series-limit d'] })
  })

  it('passes over records that its state has seen, which are read again after a restore', () => {
    const driver = new LineDriver({}, true)
    const records = [0, 1, 2].map((cell) => {
      const time = START + cell * CADENCE
      return record(cell, 'a', { series: 'a', time, value: cell }, time)
    })
    driver.take(records)
    expect(brief(driver.take(records))).toEqual({ forecasts: [], events: [], refused: [] })
  })

  it('is not touched by a dead letter that names it', () => {
    const driver = new LineDriver()
    driver.readAll('a', [1, 2, 3])
    const before = structuredClone(driver.partition.series.get('a'))
    driver.take([record(99, 'a', { series: 'a', time: START, value: 'warm' }, START)])
    expect(structuredClone(driver.partition.series.get('a'))).toEqual(before)
  })

  it('with a name of any kind is a series like any', () => {
    const driver = new LineDriver()
    for (const name of ['__proto__', 'constructor', 'a\u0000b', '🙂']) {
      expect(driver.readAll(name, [1, 2, 3]).map(({ series }) => series)).toEqual([name, name])
    }
    expect(driver.partition.series.size).toBe(4)
  })

  it('lives through the earliest times that are read, and those in between', () => {
    const driver = new LineDriver({ timeUnitExplicit: true, cadenceMs: 7 * 60_000 })
    const times = [-8.6e15, -8.6e15 + 420_000, -1, 420_000, START]
    const outcome = driver.take(
      times.map((time, offset) => record(offset, 'a', { series: 'a', time, value: offset }, START)),
    )
    // The first two and the two around 1970 are neighbours; before START lies more than the time to live.
    expect(brief(outcome)).toMatchObject({ forecasts: [1, 3], refused: [] })
    for (const { originTimeMs } of outcome.forecasts) {
      expect(() => new Date(originTimeMs).toISOString()).not.toThrow()
    }
  })
})
