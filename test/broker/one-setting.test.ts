import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { pipelineTopics } from '#shared/contracts/topics'
import { openEmbeddedLog } from '#shared/log/embedded/embedded-log'
import type { Log } from '#shared/log/port'
import { compareTopics } from '../crash/compare-topics.js'
import { topicRecords } from '../crash/topic-records.js'
import { brokers, haveKafka, openKafkaLog, uniqueName } from './open-kafka-log.js'
import { Worker } from './worker.js'

const SERIES = 12
const HOURS = 60
const PARTITIONS = 3
/** A series has a forecast from its second sample on. */
const ALL = SERIES * (HOURS - 1)
const PATIENCE_MS = 120_000

it.skipIf(!haveKafka)(
  'a configuration moves from the embedded log to Kafka by its log alone, and forecasts the same bytes',
  {
    timeout: 400_000,
  },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'foretide-moved-'))
    const prefix = uniqueName('moved')
    const input = uniqueName('meters')
    const topics = pipelineTopics(prefix, 'meters')
    const rows = Array.from({ length: SERIES * HOURS }, (_, n) => {
      const [s, hour] = [n % SERIES, Math.floor(n / SERIES)]
      const time = new Date(Date.UTC(2026, 0, 1) + hour * 3_600_000).toISOString()
      return `meter-${s},${time},${100 + s + 10 * Math.sin((hour + s) / 4)}`
    })
    const file = join(folder, 'meters.csv')
    await writeFile(file, `series,time,value\n${rows.join('\n')}\n`)
    const configuration = {
      topicPrefix: prefix,
      retention: { age: '3650d' },
      pipelines: {
        meters: {
          ...{ cadence: '1h', horizon: 6, weights: { pin: 0 } },
          input: { topic: input, partitions: PARTITIONS },
          feed: {
            source: file,
            speed: 'max',
            layout: 'long',
            series: 'series',
            time: 'time',
            value: 'value',
          },
        },
      },
    }
    const count = async (log: Log) => {
      let records = 0
      for (let partition = 0; partition < PARTITIONS; partition++) {
        for await (const _ of topicRecords(log, topics.forecasts, partition)) records++
      }
      return records
    }
    const forecastAll = async (worker: Worker, open: () => Promise<Log>) => {
      const log = await open()
      try {
        for (const from = systemClock.now(); ; await systemClock.sleep(200)) {
          if ((await log.partitions(topics.forecasts)) > 0 && (await count(log)) === ALL) break
          if (systemClock.now() - from > PATIENCE_MS) throw new Error(`no end in sight:\n${worker.output}`)
        }
        expect(await worker.stop()).toBe(0)
        return log
      } catch (error) {
        await worker.kill()
        await log.close()
        throw error
      }
    }
    const dataDir = join(folder, 'data')
    const embedded = await forecastAll(new Worker(configuration, { dataDir }), () =>
      openEmbeddedLog(dataDir, { clock: systemClock }),
    )
    const moved = { ...configuration, log: { kind: 'kafka', brokers } }
    const kafka = await forecastAll(new Worker(moved), async () => openKafkaLog())
    try {
      const { records, difference } = await compareTopics(embedded, kafka, {
        ...{ topic: topics.forecasts, partitions: PARTITIONS, offsets: false },
      })
      expect(difference).toBeNull()
      expect(records).toBe(ALL)
    } finally {
      await Promise.all([embedded.close(), kafka.close()])
      await rm(folder, { recursive: true, force: true })
    }
  },
)
