import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { JsonWire } from '#shared/contracts/json-wire'
import { openEmbeddedLog } from '#shared/log/embedded/embedded-log'
import type { NewRecord } from '#shared/log/port'
import { runCommand } from './command-line.js'

let folder: string
let dataDir: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foretide-feed-'))
  dataDir = join(folder, 'data')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function withLog<T>(use: (log: Awaited<ReturnType<typeof openEmbeddedLog>>) => Promise<T>): Promise<T> {
  const log = await openEmbeddedLog(dataDir, { clock: systemClock })
  try {
    return await use(log)
  } finally {
    await log.close()
  }
}

const csv = 'time,a,b\n2020-01-01 00:00,1,2\n2020-01-01 01:00,3,4\n2020-01-01 02:00,5,6\n'

describe('foretide feed', () => {
  it('sends a file into the input of a pipeline once, however often it is started', async () => {
    const file = join(folder, 'meters.csv')
    writeFileSync(file, csv)
    await withLog((log) => log.createTopics([{ topic: 'sensors.meters', partitions: 2, cleanup: 'delete' }]))
    const argv = ['feed', file, '--data-dir', dataDir, '--speed', 'max', '--json']
    const first = await runCommand(argv)
    expect(first.code).toBe(0)
    // Two series of three readings.
    expect(JSON.parse(first.out)).toMatchObject({
      topic: 'sensors.meters',
      sent: 6,
      skipped: 0,
      finished: true,
    })
    expect(JSON.parse((await runCommand(argv)).out)).toMatchObject({ sent: 0, skipped: 6, finished: true })
    const ends = await withLog((log) =>
      Promise.all([0, 1].map(async (partition) => (await log.bounds('sensors.meters', partition)).end)),
    )
    expect(ends[0]! + ends[1]!).toBe(6)
  })

  it('goes as fast as the feed of the pipeline is configured, unless --speed says otherwise', async () => {
    const [file, config] = [join(folder, 'meters.csv'), join(folder, 'meters.yaml')]
    const hours = Array.from({ length: 13 }, (_, hour) => `2020-01-01 ${String(hour).padStart(2, '0')}:00,1`)
    writeFileSync(file, ['time,a', ...hours].join('\n'))
    const feed = `{ source: '${file}', speed: max }`
    writeFileSync(config, `pipelines: { meters: { cadence: 1h, feed: ${feed} } }\n`)
    const seconds = async (name: string, ...flags: string[]) => {
      const dir = join(folder, name)
      const { out } = await runCommand([
        'feed',
        file,
        '--config',
        config,
        '--data-dir',
        dir,
        '--json',
        ...flags,
      ])
      return JSON.parse(out).seconds
    }
    // Twelve hours at the default pace, four cadences a second, take 3 s.
    expect(await seconds('configured')).toBeLessThan(1.5)
    expect(await seconds('asked', '--speed', '36000')).toBeGreaterThan(1.1)
  })

  it('says which pipelines there are when it knows none of that name', async () => {
    const file = join(folder, 'other.csv')
    writeFileSync(file, csv)
    const { code, err } = await runCommand(['feed', file, '--data-dir', dataDir])
    expect(code).toBe(2)
    expect(err).toContain('no pipeline `other` (configured: flights, weather)')
  })

  it('checks its flags as a configuration would be checked', async () => {
    const { code, err } = await runCommand(['feed', 'a.csv', '--data-dir', dataDir, '--speed', 'fast'])
    expect(code).toBe(2)
    expect(err).toContain('--speed: `speed` must be `max`, or')
  })
})

describe('foretide feed and backtest', () => {
  it('read a file beside a configuration whose login to Kafka the environment completes', async () => {
    const [file, config] = [join(folder, 'meters.csv'), join(folder, 'kafka.yaml')]
    writeFileSync(file, csv)
    // Nobody listens at port 1: who gets that far has read the file and asks for the log.
    const log = '{ kind: kafka, brokers: 127.0.0.1:1, sasl: { username: u } }'
    writeFileSync(config, `log: ${log}\npipelines: { meters: { cadence: 1h } }\n`)
    const env = { FORETIDE_KAFKA_PASSWORD: 'p' }
    const fed = await runCommand(['feed', file, '--config', config], env)
    expect(fed.err).toContain('Kafka cannot be reached')
    expect(fed.code).toBe(3)
    const tested = await runCommand(['backtest', file, '--config', config, '--no-learn'], env)
    expect(tested.out).toContain('6 events of 2 series')
    expect(tested.code).toBe(0)
  }, 60_000)
})

/** A forecast as far as `tail` looks at it. */
function forecast(series: string, hour: number): NewRecord {
  const median = [10, 20]
  const message = {
    schema: 'foretide.forecast/1',
    series,
    origin: { time: new Date(Date.UTC(2020, 0, 1, hour)).toISOString(), value: 7 },
    levels: [0.1, 0.5, 0.9],
    quantiles: [[8, 18], median, [12, 22]],
    skill: [0.25],
    anomaly: { score: 0.1, flag: false },
    phase: 'live',
  }
  return {
    partition: 0,
    key: Buffer.from(series),
    value: Buffer.from(JSON.stringify(message)),
    headers: [],
    timestamp: hour,
  }
}

describe('foretide tail', () => {
  beforeEach(async () => {
    await withLog(async (log) => {
      await log.createTopics([{ topic: 'foretide.flights.forecasts', partitions: 3, cleanup: 'delete' }])
      const records = Array.from({ length: 30 }, (_, hour) =>
        forecast(hour % 2 ? 'odd' : 'e\u001b[31mven', hour),
      )
      await log.append('foretide.flights.forecasts', records)
    })
  })

  it('prints the last forecasts as a table, and no control character of a series', async () => {
    const { code, out } = await runCommand(['tail', '--data-dir', dataDir, '--last', '3', '--no-follow'])
    expect(code).toBe(0)
    const lines = out.trimEnd().split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[3]).toMatch(/^odd +2020-01-02 05:00 +7 +10 +8 … 12 +25\.0 % +▁█$/)
    expect(out).not.toContain('\u001b')
  })

  it('prints whole messages with --json, of one series when asked', async () => {
    const { out } = await runCommand([
      ...['tail', '--data-dir', dataDir, '--pipeline', 'flights', '--series', 'odd'],
      ...['--last', '2', '--no-follow', '--json'],
    ])
    const messages = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(messages.map(({ series, origin }) => [series, origin.time])).toEqual([
      ['odd', '2020-01-02T03:00:00.000Z'],
      ['odd', '2020-01-02T05:00:00.000Z'],
    ])
  })

  it('ends when it is told to stop', async () => {
    const stop = new AbortController()
    const ended = runCommand(['tail', '--data-dir', dataDir, '--last', '1'], {}, stop.signal)
    stop.abort()
    expect((await ended).code).toBe(0)
  })

  it('prints dead letters: where each record stood, what it held, and why it was refused', async () => {
    const wire = new JsonWire({
      ...{ pipeline: 'flights', inputTopic: 'sensors.flights', cadenceMs: 1000, horizon: 2 },
      ...{ expertNames: [], scoredLeads: [] },
    })
    const record = (offset: number, value: Uint8Array) => ({
      ...{ offset, key: null, value, headers: [], timestamp: offset },
    })
    await withLog(async (log) => {
      const topic = 'foretide.flights.dead-letters'
      await log.createTopics([{ topic, partitions: 3, cleanup: 'delete' }])
      await log.append(topic, [
        wire.deadLetter(2, {
          record: record(41, Buffer.from('{"series":"boiler-3","value":"hot"}')),
          ...{ reason: 'not-a-number', message: 'the value is a text', series: 'boiler-3' },
        }),
        wire.deadLetter(2, {
          record: record(42, Buffer.from([0xff, 0x1b])),
          ...{ reason: 'unparseable', message: 'it is no JSON', series: null },
        }),
      ])
    })
    const tail = ['tail', '--data-dir', dataDir, '--dead-letters', '--no-follow']
    const { code, out } = await runCommand(tail)
    expect(code).toBe(0)
    const lines = out.trimEnd().split('\n')
    expect(lines[1]).toMatch(
      /^2, 41 +not-a-number +\{"series":"boiler-3","value":"hot"\} +\(the value is a text\)$/,
    )
    expect(lines[2]).toMatch(/^2, 42 +unparseable /)
    expect(out).not.toContain('\u001b')
    const all = (await runCommand([...tail, '--json'])).out.trimEnd().split('\n')
    expect(JSON.parse(all[1]!)).toMatchObject({
      ...{ topic: 'sensors.flights', partition: 2, offset: '42', reason: 'unparseable', series: '' },
      ...{ key: null, valueBase64: '/xs=' },
    })
    const one = (await runCommand([...tail, '--json', '--series', 'boiler-3'])).out.trimEnd().split('\n')
    expect(one.map((line) => JSON.parse(line).offset)).toEqual(['41'])
  })

  it('says when the log has no such pipeline', async () => {
    const { code, err } = await runCommand(['tail', '--data-dir', dataDir, '--pipeline', 'none'])
    expect(code).toBe(2)
    expect(err).toMatch(/has no pipeline none; name another with --pipeline$/m)
  })

  it('says what starts a pipeline that is configured and not there yet', async () => {
    const empty = join(folder, 'empty')
    await (await openEmbeddedLog(empty, { clock: systemClock })).close()
    const unstarted = await runCommand(['tail', '--data-dir', empty])
    expect(unstarted.code).toBe(2)
    expect(unstarted.err).toContain(
      'has no pipeline flights, weather; `foretide up` starts it, or name another',
    )
  })
})
