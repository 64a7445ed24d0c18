import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { openEmbeddedLog } from '#shared/log/embedded/embedded-log'
import type { NewRecord } from '#shared/log/port'
import { createPipelineTopics, PipelineDriver } from '../../../pipeline/pipeline-driver.js'
import { runCommand } from './command-line.js'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 1)

let folder: string
let file: string
let settings: PipelineSettings

/** Two meters, hour by hour. */
function readings(fromHour: number, toHour: number): NewRecord[] {
  const records: NewRecord[] = []
  for (let hour = fromHour; hour < toHour; hour++) {
    for (const meter of [0, 1]) {
      const timestamp = START + hour * HOUR
      const event = {
        series: `meter-${meter}`,
        time: timestamp,
        value: 10 * meter + Math.sin(hour / 4) + (hour % 3),
      }
      const key = Buffer.from(event.series)
      records.push({
        partition: meter,
        key,
        value: Buffer.from(JSON.stringify(event)),
        headers: [],
        timestamp,
      })
    }
  }
  return records
}

/** A forecaster's life: takes up what the log holds, forecasts some more, saves everything. */
async function forecast(records: readonly NewRecord[]): Promise<void> {
  const log = await openEmbeddedLog(join(folder, 'data'), { clock: systemClock })
  try {
    await createPipelineTopics(log, settings)
    await log.append(settings.inputTopic, records)
    const driver = await PipelineDriver.start(log, settings, systemClock.now)
    await driver.drain()
    await driver.flush()
  } finally {
    await log.close()
  }
}

const state = (...argv: string[]) => runCommand(['state', ...argv, '--config', file])
const replay = (...argv: string[]) => runCommand(['replay', ...argv, '--config', file])

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'foretide-state-'))
  file = join(folder, 'foretide.yaml')
  const pipeline = {
    ...{ cadence: '1h', horizon: 4, batchMax: 20, model: { hidden: 4 }, learn: { enabled: false } },
    ...{ input: { topic: 'meters', partitions: 2 }, snapshots: { every: '1d' } },
  }
  // JSON is YAML.
  writeFileSync(
    file,
    JSON.stringify({ log: { dataDir: join(folder, 'data') }, pipelines: { meters: pipeline } }),
  )
  settings = loadConfiguration({ file, flags: {}, env: {} }).pipelines[0]!.resolve(0)
  await forecast(readings(0, 200))
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('foretide state', () => {
  it('marks a span, rewinds without it, and a replay still gives the bytes of production', async () => {
    const nothing = await state('rewind')
    expect(nothing.code).toBe(2)
    expect(nothing.err).toContain('mark the incident first, with `foretide state exclude`')
    const span = ['--from', '2026-01-04T00:00Z', '--to', '2026-01-05']
    const marked = await state('exclude', ...span, '--reason', 'unplugged', '--json')
    expect(marked.code, marked.err).toBe(0)
    const { excluded } = JSON.parse(marked.out)
    expect(excluded).toMatchObject({ series: null, from: '2026-01-04T00:00:00.000Z', reason: 'unplugged' })
    const rewound = await state('rewind', '--json')
    expect(rewound.code, rewound.err).toBe(0)
    const { partitions } = JSON.parse(rewound.out)
    expect(partitions).toHaveLength(2)
    for (const { from, to } of partitions) {
      // The span begins with the reading of hour 72.
      expect(from).toBeLessThanOrEqual(72)
      expect(to).toBe(200)
    }
    await forecast(readings(200, 240))
    const listed = JSON.parse((await state('ls', '--json')).out)
    expect(listed.excluded).toEqual([excluded])
    for (const { position, rewind } of listed.partitions) {
      expect(position).toBe(240)
      expect(rewind).toMatchObject({ offset: 200, spans: 1 })
    }
    const whole = await replay('--check', '--json')
    expect(JSON.parse(whole.out)).toMatchObject({ difference: null, complete: true })
    const after = await replay('--check', '--from', '210', '--json')
    expect(JSON.parse(after.out)).toMatchObject({ difference: null, complete: true })
  }, 60_000)

  it('refuses to mark a series that nothing is saved of, names the nearest ones, and marks it with --force', async () => {
    const span = ['--from', '2026-01-02', '--to', '2026-01-03']
    const marks = async () => JSON.parse((await state('ls', '--json')).out).excluded.length
    const before = await marks()
    const { code, err } = await state('exclude', ...span, '--series', 'metre-1')
    expect(code).toBe(2)
    expect(err).toContain(
      'nothing is saved of a series metre-1 of meters; the nearest names are `meter-1`, `meter-0`',
    )
    expect(await marks()).toBe(before)
    expect((await state('exclude', ...span, '--series', 'meter-1')).code).toBe(0)
    const forced = await state('exclude', ...span, '--series', 'metre-1', '--force', '--json')
    expect(JSON.parse(forced.out).excluded.series).toBe('metre-1')
    expect(await marks()).toBe(before + 2)
  })

  it('shows what is saved of a series, and names the way to those there are', async () => {
    const { out, code } = await state('show', 'meter-1', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ series: 'meter-1', partition: 1, firstOffset: 0, heldBack: 0 })
    const unknown = await state('show', 'meter-7')
    expect([unknown.code, unknown.err]).toEqual([
      2,
      'foretide: nothing is saved of a series meter-7 of meters; ids are told by `foretide tail`, and what just came is saved seconds later, while readings come, or at a clean stop\n',
    ])
    expect((await state('show', 'meter-1')).out).toContain('partition         1')
    expect((await state('ls')).out).toContain('spans masked')
  })

  it('takes a mark back, and refuses spans and marks that are none', async () => {
    const one = JSON.parse(
      (await state('exclude', '--from', '2026-01-06', '--to', '2026-01-07', '--json')).out,
    )
    const { id } = one.excluded
    expect((await state('include', id)).out).toBe(`meters: ${id} is no longer marked.\n`)
    const again = await state('include', id)
    expect(again.code).toBe(2)
    expect(again.err).toContain(`meters has no marked span ${id}; it has `)
    expect((await state('exclude', '--from', '2026-01-06')).err).toContain('--from and --to')
    expect((await state('exclude', '--from', '2026-01-07', '--to', '2026-01-06')).err).toContain(
      '--from lies after --to',
    )
    expect((await state('rewind', '--before', 'noon')).err).toContain('must be a time')
  })
})
