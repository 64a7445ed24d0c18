import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { provideKafka, type StartedKafka } from '../../bin/kafka/provide-kafka.mjs'
import { runCommand } from '../unit/services/cli/command-line.js'
import { ForecastRun, forecastsOf } from './forecast-run.js'
import { openKafkaLog, uniqueName } from './open-kafka-log.js'

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
  let run: ForecastRun | undefined
  beforeAll(async () => {
    kafka = await provideKafka({ own: true }, { env: process.env, say: (line) => console.error(line) })
  }, 600_000)
  afterAll(async () => {
    await run?.killAll()
    await kafka?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('for longer than a client waits, trains when it is back, and has lost nothing', {
    timeout: (4 * 60 + AWAY_SECONDS) * 1_000,
  }, async () => {
    const input = uniqueName('input')
    const log = openKafkaLog({ brokers: kafka.brokers })
    run = new ForecastRun({
      ...{ log, brokers: kafka.brokers, input, prefix: uniqueName('away'), partitions: PARTITIONS },
      pipelineSettings: {
        ...{ horizon: 4, season: 24, model: { hidden: 4 }, learn: { bootstrap: false, every: '1000d' } },
      },
    })
    const file = join(folder, 'foretide.yaml')
    // JSON is YAML.
    writeFileSync(file, JSON.stringify(run.configuration))
    await log.createTopics([{ topic: input, partitions: PARTITIONS, cleanup: 'delete' }])
    const sent = { series: SERIES, hours: 0, partitions: PARTITIONS }
    const forecast = async () => {
      await run!.finished(forecastsOf(sent), RESUMED_WITHIN_MS)
      expect(await run!.count()).toBe(forecastsOf(sent))
    }
    const train = () =>
      runCommand(['weights', 'train', '--config', file, '--json'], {}, AbortSignal.timeout(RESUMED_WITHIN_MS))

    await run.send(sent, HOURS_BEFORE)
    const worker = run.start({ learns: true })
    const said = () => worker.output
    await forecast()
    expect((await train()).out).toMatch(ANSWERED)
    const enginesBefore = said().match(TRAININGS)?.length

    await kafka.nodes[0]!.stop('SIGKILL')
    await systemClock.sleep(AWAY_SECONDS * 1_000)
    expect(worker.running, said().slice(-2_000)).toBe(true)
    await kafka.nodes[0]!.start()

    const backMs = systemClock.now()
    await run.send(sent, HOURS_AFTER)
    await forecast()
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
