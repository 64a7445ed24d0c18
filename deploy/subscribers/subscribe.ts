// A subscriber to the forecasts, in TypeScript with kafkajs: one line for each forecast.
//   npx tsx subscribe.ts kafka-1:9092,kafka-2:9092 foretide.meters.forecasts [count]
import { argv, stderr, stdout } from 'node:process'
import { Kafka, logLevel } from 'kafkajs'

interface Forecast {
  readonly series: string
  readonly origin: { readonly time: string; readonly value: number }
  readonly cadenceMs: number
  /** [H] means, one for each step ahead. */
  readonly yhat: readonly number[]
  readonly levels: readonly number[]
  /** [levels][H] */
  readonly quantiles: readonly (readonly number[])[]
}

const [, , brokers, topic, count = 'Infinity'] = argv
if (brokers === undefined || topic === undefined) {
  stderr.write('usage: subscribe BROKERS TOPIC [COUNT]\n')
  process.exit(2)
}

const kafka = new Kafka({ clientId: 'subscriber', brokers: brokers.split(','), logLevel: logLevel.ERROR })
// kafkajs reads committed records only, unless it is told otherwise: no forecast of a transaction that was given up.
const consumer = kafka.consumer({ groupId: `subscriber-${topic}` })
let left = Number(count)

await consumer.connect()
await consumer.subscribe({ topic, fromBeginning: true })
await new Promise<void>((resolve, reject) => {
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
  consumer
    .run({
      eachMessage: async ({ message }) => {
        if (message.value === null || left <= 0) return
        const { series, origin, cadenceMs, yhat } = JSON.parse(message.value.toString()) as Forecast
        const next = new Date(Date.parse(origin.time) + cadenceMs).toISOString()
        stdout.write(`${series} at ${next}: ${yhat[0]}\n`)
        left -= 1
        if (left === 0) resolve()
      },
    })
    .catch(reject)
})
await consumer.disconnect()
