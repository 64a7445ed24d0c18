import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { weightsRecord } from '#shared/contracts/weights-records'
import { openEmbeddedLog } from '#shared/log/embedded/embedded-log'
import { endsOf } from '#shared/log/ends-of'
import type { Log } from '#shared/log/port'
import { randomWeights } from '../../../pipeline/interrupted-run.js'
import { promotionRecord, readOutputs } from '../../../pipeline/pipeline-driver.js'
import { runCommand } from './command-line.js'

// Expected: what a service in another process has published. No number is written down here.

const script = fileURLToPath(new URL('../../../../bin/foretide.mjs', import.meta.url))

/** Some meters for a fortnight, in a few seconds. */
const HOURS = 24 * 14
const METERS = 5

let folder: string
let file: string
let dataDir: string
let service: ChildProcessWithoutNullStreams
let settings: PipelineSettings

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'foretide-replay-'))
  file = join(folder, 'foretide.yaml')
  dataDir = join(folder, 'data')
  const rows = ['time,series,value']
  for (let hour = 0; hour < HOURS; hour++) {
    for (let meter = 0; meter < METERS; meter++) {
      const value =
        50 + meter + 20 * Math.sin((2 * Math.PI * (hour + meter)) / 24) + ((hour * 7 + meter * 5) % 6)
      rows.push(`${new Date(Date.UTC(2026, 0, 1, hour)).toISOString()},meter-${meter},${value}`)
    }
  }
  writeFileSync(join(folder, 'meters.csv'), rows.join('\n'))
  const pipeline = {
    ...{ cadence: '1h', horizon: 4, batchMax: 20, model: { hidden: 4 } },
    learn: { enabled: false },
    input: { topic: 'meters', partitions: 2 },
    feed: { source: join(folder, 'meters.csv'), speed: 300_000 },
    snapshots: { every: '1d' },
  }
  // JSON is YAML. Forecasts are as old as the events.
  const configuration = { log: { dataDir }, retention: { age: '3650d' }, pipelines: { meters: pipeline } }
  writeFileSync(file, JSON.stringify(configuration))
  settings = loadConfiguration({ file, flags: {}, env: {} }).pipelines[0]!.resolve(0)
  service = spawn(process.execPath, [script, 'up', '--config', file, '--port', '0', '--json'])
  const forecast = allForecast()
  await swapWeights()
  await forecast
}, 120_000)

afterAll(async () => {
  service.kill('SIGKILL')
  await once(service, 'exit')
  rmSync(folder, { recursive: true, force: true })
})

/** Publish and promote some versions, one after another, as a trainer beside the service does. */
async function swapWeights(): Promise<void> {
  const { weights: topic, forecasts } = settings.topics
  for (let version = 1; version <= 4; version++) {
    await withLog(async (log) => {
      const begun = async () =>
        (await log.partitions(topic)) > 0 && (await endsOf(log, forecasts)).some((end) => end > 0)
      while (!(await begun())) await systemClock.sleep(50)
      const weights = randomWeights(version, settings)
      await log.append(topic, [weightsRecord(weights), promotionRecord(weights, 0)])
    })
    await systemClock.sleep(200)
  }
}

/** Resolves when the service has forecast everything that it is fed. */
async function allForecast(): Promise<void> {
  for await (const line of createInterface({ input: service.stdout })) {
    if (line.includes('"feed done"')) return
  }
}

async function withLog<T>(use: (log: Log) => Promise<T>): Promise<T> {
  const log = await openEmbeddedLog(dataDir, { clock: systemClock })
  try {
    return await use(log)
  } finally {
    await log.close()
  }
}

const decided = () =>
  withLog(async (log) => (await endsOf(log, settings.topics.decisions)).reduce((sum, end) => sum + end, 0))

function publishedUnder(prefix: string): Promise<string[]> {
  return withLog(async (log) => {
    const topics = Object.fromEntries(
      Object.entries(settings.topics).map(([name, topic]) => [name, topic.replace(/^foretide/, prefix)]),
    ) as unknown as PipelineSettings['topics']
    const lines = await readOutputs(log, { ...settings, topics })
    return lines.map((line) => line.replace(`${prefix}.`, ''))
  })
}

describe('foretide replay', () => {
  it('publishes the bytes of a service that runs in another process, and swaps its weights', async () => {
    const { code, out, err } = await runCommand([
      'replay',
      '--config',
      file,
      '--check',
      '--prefix',
      'again',
      '--json',
    ])
    expect(code, err).toBe(0)
    expect(await decided(), 'decisions').toBeGreaterThan(2)
    const published = await publishedUnder('again')
    expect(published.length).toBeGreaterThan(METERS * HOURS)
    expect(await publishedUnder('foretide')).toEqual(published)
    expect(JSON.parse(out)).toMatchObject({
      ...{ pipeline: 'meters', prefix: 'again', complete: true, difference: null },
      checked: { same: published.length, notKept: 0 },
    })
    expect(service.exitCode).toBeNull()
  }, 60_000)

  it('tells people what it compared, and refuses what makes no sense with one sentence', async () => {
    const checked = await runCommand([
      'replay',
      '--config',
      file,
      '--check',
      '--from',
      '2026-01-10',
      '--partition',
      '1',
    ])
    expect(checked.code).toBe(0)
    expect(checked.out).toMatch(/outcomes, all the same as production's, byte for byte/)
    const again = await runCommand(['replay', '--config', file, '--prefix', 'foretide'])
    expect([again.code, again.err]).toEqual([
      2,
      'foretide: the topics of production begin with foretide; publish under another --prefix\n',
    ])
    const when = await runCommand(['replay', '--config', file, '--from', 'yesterday'])
    expect(when.code).toBe(2)
    expect(when.err).toContain('must be an offset, or a time such as 2026-01-05T10:00Z')
    const other = await runCommand(['replay', '--config', file, '--pipeline', 'boilers'])
    expect(other.err).toContain('there is no pipeline boilers; the configuration has meters')
  })
})
