import { describe, expect, it } from 'vitest'
import { pipelineDecoder } from '#shared/composition/pipeline-parts'
import { SampleCollector } from '#shared/learning/sample-collector'
import type { TrainingSet } from '#shared/learning/training-set'
import type { LogRecord } from '#shared/log/port'
import { HOUR, LineDriver, noise, record, START } from '../pipeline/line-driver.js'

type Rows = Map<string, number[][]>

function note(rows: Rows, series: string, row: ArrayLike<number>) {
  const own = rows.get(series) ?? []
  rows.set(series, own)
  own.push(Array.from(row))
}

/** Three series of some weeks: one with holes to step through and one too long for that, one that was reset, and readings out of order. */
function history(): LogRecord[] {
  const records: LogRecord[] = []
  const put = (series: string, cell: number, body?: null) => {
    const time = START + cell * HOUR
    const value =
      20 + 5 * Math.sin((2 * Math.PI * cell) / 24) + noise(series.length, cell) + noise(cell % 7, cell)
    const load = cell % 5 === 0 ? 'n/a' : noise(series.length, cell + 1)
    records.push(record(records.length, series, body === null ? null : { series, time, value, load }, time))
  }
  for (let cell = 0; cell < 400; cell++) {
    put('a', cell)
    if (cell % 17 < 13 && (cell < 200 || cell > 260)) put('hole', cell)
    if (cell === 210) put('reset', cell, null)
    put('reset', cell % 10 === 4 ? cell + 1 : cell % 10 === 5 ? cell - 1 : cell)
  }
  return records
}

describe('SampleCollector', () => {
  it('gives training the very features that the net serves on, to the last bit, however records come in batches', () => {
    const driver = new LineDriver({
      cadenceMs: HOUR,
      season: 24,
      horizon: 24,
      graceMs: 2 * HOUR,
      covariates: ['load'],
    })
    const { line, settings } = driver
    const served: Rows = new Map()
    const encode = line.encode.bind(line)
    line.encode = (wave, buffers) => {
      encode(wave, buffers)
      wave.forEach(({ state }, b) => {
        note(served, state.id, buffers.features.subarray(b * line.features, (b + 1) * line.features))
      })
    }
    const trained: Rows = new Map()
    const set = {
      add: (series: string, features: Float32Array) => note(trained, series, features),
      break: () => undefined,
    }
    const collector = new SampleCollector(settings, pipelineDecoder(settings), set as unknown as TrainingSet)
    const records = history()
    for (let at = 0; at < records.length; at += 90) driver.take(records.slice(at, at + 90))
    for (let at = 0; at < records.length; at += 41) collector.take(0, records.slice(at, at + 41))
    expect(trained).toEqual(served)
    expect([...trained.keys()].sort()).toEqual(['a', 'hole', 'reset'])
    expect(collector.samples).toBe([...served.values()].reduce((sum, rows) => sum + rows.length, 0))
    // And the regression has something to say in them, and the covariate, which the last record has.
    const last = served.get('a')!.at(-1)!
    expect(last.slice(-3).every((value) => value !== 0)).toBe(true)
    expect(last.slice(-12, -3).filter((value) => value !== 0).length).toBeGreaterThan(6)
  })
})
