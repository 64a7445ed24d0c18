import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { expect, it } from 'vitest'
import { forecastRecord, madeUpForecast } from '../unit/services/gateway/made-up-forecasts.js'
import { brokers, haveKafka, openKafkaLog, uniqueName } from './open-kafka-log.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

it.skipIf(!haveKafka)('the TypeScript subscriber hears forecasts from Kafka', async () => {
  // Inside the checkout, so that Node finds kafkajs.
  const folder = await mkdtemp(join(root, 'dist', 'subscriber-'))
  const log = openKafkaLog()
  try {
    const program = join(folder, 'subscribe.mjs')
    await build({
      entryPoints: [join(root, 'deploy/subscribers/subscribe.ts')],
      ...{ platform: 'node', format: 'esm', outfile: program, logLevel: 'error' },
    })
    const topic = uniqueName('forecasts')
    await log.createTopics([{ topic, partitions: 1, cleanup: 'delete' }])
    const hours = [0, 1].map((hour) => Date.UTC(2001, 0, 8, hour))
    const forecasts = hours.map((originMs, hour) =>
      madeUpForecast({ pipeline: 'meters', series: 'a', originMs, value: 7.25 + hour }),
    )
    await log.append(topic, forecasts.map(forecastRecord))
    const { stdout } = await promisify(execFile)(process.execPath, [program, brokers.join(','), topic, '2'], {
      env: { ...process.env, KAFKAJS_NO_PARTITIONER_WARNING: '1' },
    })
    const lines = forecasts.map(({ series, origin, cadenceMs, yhat }) => {
      const next = new Date(Date.parse(origin.time) + cadenceMs).toISOString()
      return `${series} at ${next}: ${yhat[0]}\n`
    })
    expect(stdout).toBe(lines.join(''))
  } finally {
    await log.close()
    await rm(folder, { recursive: true, force: true })
  }
})
