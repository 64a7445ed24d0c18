import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { forecastRecord, madeUpForecast } from '../unit/services/gateway/made-up-forecasts.js'
import { brokers, fixedMembership, haveKafka, openKafkaLog, uniqueName } from './open-kafka-log.js'
import { pythonWithKafka } from './python-with-kafka.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)
const python = haveKafka ? await pythonWithKafka() : null

const forecasts = [0, 1].map((hour) =>
  madeUpForecast({
    pipeline: 'meters',
    series: 'a',
    originMs: Date.UTC(2001, 0, 8, hour),
    value: 7.25 + hour,
  }),
)

/** The forecasts in a topic as a worker writes them, each in a transaction of its own, and one that was given up between them. */
async function publish(topic: string): Promise<void> {
  const input = uniqueName('input')
  const log = openKafkaLog({ membership: fixedMembership([0]) })
  try {
    await log.createTopics(
      [topic, input].map((name) => ({ topic: name, partitions: 1, cleanup: 'delete' as const })),
    )
    for (const [position, forecast] of forecasts.entries()) {
      await new Promise<void>((resolve, reject) => {
        const owning = log.ownerships(input, 'g').subscribe({
          error: reject,
          next: (own) => {
            const records = [forecastRecord(forecast)]
            const failing = { ...records[0]!, key: Buffer.alloc(9 * 1024 * 1024) }
            const giveUp = () => own.commit([{ topic, records: [...records, failing] }], position + 2)
            own
              .commit([{ topic, records }], position + 1)
              .then(() => expect(giveUp()).rejects.toThrow('larger than'))
              .then(() => own.release())
              .then(resolve, reject)
              .finally(() => owning.unsubscribe())
          },
        })
      })
    }
  } finally {
    await log.close()
  }
}

describe.skipIf(!haveKafka)('subscribers', () => {
  it('in TypeScript hear forecasts from Kafka', async () => {
    // Inside the checkout, so that Node finds kafkajs.
    const folder = await mkdtemp(join(root, 'dist', 'subscriber-'))
    try {
      const program = join(folder, 'subscribe.mjs')
      await build({
        entryPoints: [join(root, 'deploy/subscribers/subscribe.ts')],
        ...{ platform: 'node', format: 'esm', outfile: program, logLevel: 'error' },
      })
      const topic = uniqueName('forecasts')
      await publish(topic)
      const { stdout } = await run(process.execPath, [program, brokers.join(','), topic, '2'], {
        env: { ...process.env, KAFKAJS_NO_PARTITIONER_WARNING: '1' },
      })
      const lines = forecasts.map(({ series, origin, cadenceMs, yhat }) => {
        const next = new Date(Date.parse(origin.time) + cadenceMs).toISOString()
        return `${series} at ${next}: ${yhat[0]}\n`
      })
      expect(stdout).toBe(lines.join(''))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  it.skipIf(python === null)('in Python hear forecasts from Kafka, by another client than ours', async () => {
    const topic = uniqueName('forecasts')
    await publish(topic)
    const program = join(root, 'deploy/subscribers/subscribe_topic.py')
    const { stdout } = await run(python!, [program, brokers.join(','), topic, '2'], { timeout: 50_000 })
    const lines = forecasts.map(({ series, origin, cadenceMs, yhat }) => {
      const next = new Date(Date.parse(origin.time) + cadenceMs).toISOString().slice(0, 19)
      return `${series} at ${next}+00:00: ${yhat[0]}\n`
    })
    expect(stdout).toBe(lines.join(''))
  })
})
