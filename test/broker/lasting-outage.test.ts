import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { provideKafka, type StartedKafka } from '../../bin/kafka/provide-kafka.mjs'
import { runCommand } from '../unit/services/cli/command-line.js'
import { forecastsOf, makeEvents } from './forecast-run.js'
import { openKafkaLog, uniqueName } from './open-kafka-log.js'
import { Worker } from './worker.js'

/** A client gives the brokers up after some 30 s, and its owner opens another: one that comes back although it was given up needs twice as long to show. */
const AWAY_SECONDS = Number(process.env.FORETIDE_AWAY_SECONDS ?? 110)
const RESUMED_WITHIN_MS = 60_000
const [PARTITIONS, HOURS_BEFORE, HOURS_AFTER] = [2, 400, 20]
const SERIES = 8
const ANSWERED = /"result":"(challenger|rejected)"/
const TRAININGS = /"message":"training engine"/g

describe.skipIf(inject('kafka').length === 0)('a worker that learns, while its broker is away', () => {
  const folder = mkdtempSync(join(tmpdir(), 'foretide-outage-'))
  let kafka: StartedKafka
  let worker: Worker | undefined
  beforeAll(async () => {
    kafka = await provideKafka({ own: true }, { env: process.env, say: (line) => console.error(line) })
  }, 600_000)
  afterAll(async () => {
    await worker?.kill()
    await kafka?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('for longer than a client waits, trains when it is back, and has lost nothing', {
    timeout: (4 * 60 + AWAY_SECONDS) * 1_000,
  }, async () => {
    const [input, topicPrefix] = [uniqueName('input'), uniqueName('away')]
    const configuration = {
      topicPrefix,
      log: { kind: 'kafka', brokers: kafka.brokers, sessionTimeout: '6s' },
      retention: { age: '3650d' },
      pipelines: {
        meters: {
          ...{ cadence: '1h', horizon: 4, season: 24, model: { hidden: 4 } },
          ...{ flushAfter: '500ms', skewMax: '1000d', learn: { bootstrap: false, every: '1000d' } },
          input: { topic: input, partitions: PARTITIONS },
        },
      },
    }
    const file = join(folder, 'foretide.yaml')
    // JSON is YAML.
    writeFileSync(file, JSON.stringify(configuration))
    const log = openKafkaLog({ brokers: kafka.brokers })
    await log.createTopics([{ topic: input, partitions: PARTITIONS, cleanup: 'delete' }])
    const send = (hours: number, fromHour: number) =>
      log.append(input, makeEvents({ series: SERIES, hours, partitions: PARTITIONS }, fromHour))
    const forecasts = async () => {
      const topic = `${topicPrefix}.meters.forecasts`
      let count = 0
      for (let p = 0; p < (await log.partitions(topic)); p++) {
        const { end } = await log.bounds(topic, p)
        for await (const { records } of log.read(topic, p, 0, end)) count += records.length
      }
      return count
    }
    const forecast = (hours: number) =>
      expect
        .poll(forecasts, { timeout: RESUMED_WITHIN_MS, interval: 500 })
        .toBe(forecastsOf({ series: SERIES, hours, partitions: PARTITIONS }))
    const train = () =>
      runCommand(['weights', 'train', '--config', file, '--json'], {}, AbortSignal.timeout(RESUMED_WITHIN_MS))

    await send(HOURS_BEFORE, 0)
    worker = new Worker(configuration, { learns: true })
    const said = () => worker!.output
    await forecast(HOURS_BEFORE)
    expect((await train()).out).toMatch(ANSWERED)
    const enginesBefore = said().match(TRAININGS)?.length

    await kafka.nodes[0]!.stop('SIGKILL')
    await systemClock.sleep(AWAY_SECONDS * 1_000)
    expect(worker.running, said().slice(-2_000)).toBe(true)
    await kafka.nodes[0]!.start()

    const backMs = systemClock.now()
    await send(HOURS_BEFORE + HOURS_AFTER, HOURS_BEFORE)
    await forecast(HOURS_BEFORE + HOURS_AFTER)
    const { out, err } = await train()
    const resumedMs = systemClock.now() - backMs
    expect(out, `${err}${said().slice(-3_000)}`).toMatch(ANSWERED)
    // The trainer had given its client up: it loaded its engine anew.
    expect(said().match(TRAININGS)?.length, said().slice(-3_000)).toBeGreaterThan(enginesBefore!)
    expect(resumedMs).toBeLessThan(RESUMED_WITHIN_MS)
    expect(await worker.stop()).toBe(0)
    await log.close()
    console.log(
      `away ${AWAY_SECONDS} s: forecasts and a training ${(resumedMs / 1_000).toFixed(1)} s after its return`,
    )
  })
})
