// `npm run kafka`: a Kafka broker for a developer, until Ctrl-C. Options: --nodes N, --kafka VERSION
import './require-node.mjs'
import { parseArgs } from 'node:util'
import { KAFKA_VERSIONS } from './kafka/kafka-artefacts.mjs'
import { NoKafkaError, provideKafka } from './kafka/provide-kafka.mjs'

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '1' },
    kafka: { type: 'string', default: KAFKA_VERSIONS[0] },
  },
})
const say = (line) => process.stderr.write(`${line}\n`)

try {
  const nodes = Number(values.nodes)
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > 9) {
    say('--nodes must be a whole number from 1 to 9')
    process.exit(2)
  }
  say(`Starting Apache Kafka ${values.kafka}, ${nodes} node${nodes > 1 ? 's' : ''} …`)
  const wanted = { own: true, version: values.kafka, nodes, longLived: true }
  const kafka = await provideKafka(wanted, { env: process.env, say })
  say(`
Kafka is ready on ${kafka.brokers.join(',')}
  its files: ${kafka.folder ?? 'in its containers'}

In foretide.yaml:
  log: { kind: kafka, brokers: [${kafka.brokers.map((broker) => `"${broker}"`).join(', ')}] }
For the tests:
  KAFKA_BROKERS=${kafka.brokers.join(',')} npm run test:broker

Ctrl-C stops it and removes its files.`)
  await new Promise((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  say('Stopping …')
  await kafka.stop()
} catch (error) {
  if (!(error instanceof NoKafkaError)) throw error
  say(error.message)
  process.exitCode = 3
}
