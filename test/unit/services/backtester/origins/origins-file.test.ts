import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { afterAll, describe, expect, it } from 'vitest'
import { FileUnwritableError } from '#services/backtester/errors'
import { csvSink } from '#services/backtester/origins/csv-sink'
import { numberColumns } from '#services/backtester/origins/origin-rows'
import { OriginsFile } from '#services/backtester/origins/origins-file'
import { parquetSink } from '#services/backtester/origins/parquet-sink'
import { runBacktest } from '#services/backtester/run-backtest'
import { LEVELS, PublishedLevels } from '#shared/forecast/quantile-levels'
import { smallSettings } from '../../../../pipeline/pipeline-driver.js'
import { VirtualClock } from '../../feeder/virtual-clock.js'
import { CADENCE, dayWithNoise, feedOf, START, STEPS } from '../made-up-feeds.js'

const folder = mkdtempSync(join(tmpdir(), 'foretide-origins-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A backtest whose scored forecasts go to a file, and its report. */
async function written(file: string, steps = STEPS, asked: readonly number[] = [], levels = asked) {
  const columns = new PublishedLevels(levels)
  const origins = await OriginsFile.open(file, columns.levels)
  const report = await runBacktest({
    ...{ feed: feedOf(dayWithNoise, steps), settings: smallSettings({ levels: asked }) },
    ...{ clock: new VirtualClock(0), signal: new AbortController().signal },
    observe: (about) => origins.observer('defaults', about),
  })
  await origins.close()
  return report
}

describe('a file of scored forecasts', () => {
  it('holds as Parquet what the report is made of: one row per series, origin and lead', async () => {
    const file = join(folder, 'origins.parquet')
    const report = await written(file)
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file), compressors })
    // The scored half of 3 series: an origin 1 to 6 cells before the end has that many outcomes.
    const origins = STEPS / 2
    expect(rows).toHaveLength(3 * (6 * origins - (1 + 2 + 3 + 4 + 5 + 6)))
    const mean = (of: (row: Record<string, number>) => number) =>
      rows.reduce((sum, row) => sum + of(row as Record<string, number>), 0) / rows.length
    expect(mean(({ actual, median }) => Math.abs(actual! - median!))).toBeCloseTo(report.mae, 10)
    expect(mean(({ actual, yhat }) => (actual! - yhat!) ** 2)).toBeCloseTo(report.mse, 10)
    const inside = (row: Record<string, number>) =>
      row.actual! >= row['q0.1']! && row.actual! <= row['q0.9']! ? 1 : 0
    expect(mean(inside)).toBeCloseTo(report.coverage['0.8']!, 10)
    for (const row of rows) {
      const { series, lead, actual, origin_time, target_time } = row as Record<string, never>
      expect(Number(target_time) - Number(origin_time)).toBe(lead * CADENCE)
      const cell = Math.round((Number(target_time) - START) / CADENCE)
      expect(actual).toBe(dayWithNoise('abc'.indexOf(series), cell))
    }
    expect(existsSync(`${file}.part`)).toBe(false)
  })

  it('says the same as CSV', async () => {
    const file = join(folder, 'origins.csv')
    await written(file, 60)
    const parquet = join(folder, 'same.parquet')
    await written(parquet, 60)
    const [head, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n')
    const names = head!.split(',')
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(parquet), compressors })
    expect(lines).toHaveLength(rows.length)
    lines.forEach((line, at) => {
      const cells = line.split(',')
      names.forEach((name, column) => {
        const expected = rows[at]![name] as unknown
        const cell = cells[column]!
        if (expected instanceof Date) expect(cell).toBe(expected.toISOString())
        else if (typeof expected === 'number') expect(Number(cell)).toBeCloseTo(expected, 4)
        else expect(cell).toBe(expected)
      })
    })
  })

  it('has a column for every level that is asked for, empty where the configuration does not publish it', async () => {
    const file = join(folder, 'levels.csv')
    const report = await written(file, 60, [0.01, 0.99], [0.01, 0.6, 0.99])
    const [head, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n')
    const names = head!.split(',')
    expect(names.slice(names.indexOf('median'))).toEqual([
      'median',
      'q0.01',
      'q0.025',
      'q0.1',
      'q0.25',
      'q0.6',
      'q0.75',
      'q0.9',
      'q0.975',
      'q0.99',
    ])
    const cells = lines.map((line) => line.split(','))
    const column = (name: string) => cells.map((row) => row[names.indexOf(name)]!)
    expect(new Set(column('q0.6'))).toEqual(new Set(['']))
    const [actual, low, high] = ['actual', 'q0.01', 'q0.99'].map((name) => column(name).map(Number))
    const inside = actual!.filter((value, i) => value >= low![i]! && value <= high![i]!)
    expect(inside.length / actual!.length).toBeCloseTo(report.coverage['0.98']!, 2)
  })

  it('writes Parquet in row groups, so that memory does not grow with the rows', async () => {
    const file = join(folder, 'groups.parquet')
    const sink = parquetSink(file, numberColumns(LEVELS))
    const row = (at: number) => ({
      ...{ texts: ['defaults', `s${at % 7}`], times: [at, at + 1], wholes: [1, 0] },
      numbers: [at, ...new Array<number>(8).fill(0.5)],
    })
    for (let at = 0; at < 120_000; at++) {
      sink.add(row(at))
      if (at % 20_000 === 19_999) await sink.settle()
    }
    await sink.close()
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(file))
    expect(metadata.row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([60_000, 60_000])
    const rows = await parquetReadObjects({
      file: await asyncBufferFromFile(file),
      compressors,
      rowStart: 119_999,
    })
    expect(rows).toMatchObject([{ actual: 119_999, series: 's5', origin_time: new Date(119_999) }])
  })

  it('leaves nothing behind when the backtest is stopped', async () => {
    const file = join(folder, 'stopped.parquet')
    const origins = await OriginsFile.open(file, LEVELS)
    expect(existsSync(`${file}.part`)).toBe(true)
    await origins.discard()
    expect(existsSync(file) || existsSync(`${file}.part`)).toBe(false)
  })

  it.runIf(existsSync('/dev/full')).each(['csv', 'parquet'])(
    'says which file a full disk did not take: %s',
    async (ending) => {
      const file = join(folder, `full.${ending}`)
      symlinkSync('/dev/full', `${file}.part`)
      const origins = await OriginsFile.open(file, LEVELS)
      const failure = await origins.close().catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(FileUnwritableError)
      expect((failure as Error).message).toMatch(`${file} cannot be written: ENOSPC`)
      await origins.discard()
      expect(existsSync(`${file}.part`)).toBe(false)
    },
  )

  it('writes CSV as it comes, so that memory does not grow with the rows', async () => {
    const file = join(folder, 'pieces.csv')
    const sink = await csvSink(file, ['actual'])
    const text = 's'.repeat(1_000)
    const add = (at: number) =>
      sink.add({ texts: ['defaults', text], times: [at, at + 1], wholes: [1, 0], numbers: [at] })
    for (let at = 0; at < 1_100; at++) add(at)
    await sink.settle()
    expect(statSync(file).size).toBeGreaterThan(1_100_000)
    add(1_100)
    await sink.close()
    const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => Number(line.split(',').at(-1)))).toEqual([...Array(1_101).keys()])
  })

  it('says what it can write, and where it cannot', async () => {
    await expect(OriginsFile.open(join(folder, 'origins.xlsx'), LEVELS)).rejects.toThrow('.parquet or .csv')
    await expect(OriginsFile.open(join(folder, 'none', 'origins.csv'), LEVELS)).rejects.toThrow(
      'cannot be written',
    )
    await expect(OriginsFile.open(join(folder, 'none', 'origins.parquet'), LEVELS)).rejects.toThrow(
      'cannot be written',
    )
  })
})
