// `npm run kafka`: a Kafka broker for a developer, until Ctrl-C.
import './require-node.mjs'
import { parseArgs } from 'node:util'
import { KAFKA_VERSIONS } from './kafka/kafka-artefacts.mjs'
import { NoKafkaError, provideKafka } from './kafka/provide-kafka.mjs'

const USAGE = `Usage: npm run kafka -- [options]

A Kafka for a developer, until Ctrl-C: in containers where a Docker engine answers, else from Kafka's own artefacts with Java.

Options:
  --nodes <number>   how many brokers, 1 to 9 (default: 1)
  --kafka <version>  ${KAFKA_VERSIONS.join(', ')} are known to work (default: ${KAFKA_VERSIONS[0]})
  -h, --help         explain`
const say = (line) => process.stderr.write(`${line}\n`)
const values = readOptions()
if (values.help) {
  process.stdout.write(`${USAGE}\n`)
  process.exit(0)
}

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

function readOptions() {
  try {
    return parseArgs({
      options: {
        nodes: { type: 'string', default: '1' },
        kafka: { type: 'string', default: KAFKA_VERSIONS[0] },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    if (!error.code?.startsWith('ERR_PARSE_ARGS')) throw error
    say(`${error.message}\n\n${USAGE}`)
    process.exit(2)
  }
}
