import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from './free-ports.mjs'
import { KAFKA_VERSIONS, kafkaJars } from './kafka-artefacts.mjs'
import { KafkaNode } from './kafka-node.mjs'
import { kafkaProperties } from './kafka-properties.mjs'

/**
 * Start Apache Kafka from its Maven artefacts on this machine (KRaft, no container) on free ports, with its data in a new folder of the
 * system's temporary one. It ends with `stop()`, and when this process ends in whatever way.
 * @param {import('./start-kafka.d.mts').KafkaOptions} [options]
 * @returns {Promise<import('./start-kafka.d.mts').StartedKafka>}
 * @throws {import('./kafka-artefacts.mjs').NoKafkaError} when Java or Maven is missing, or it does not start
 */
export async function startKafka({
  version = KAFKA_VERSIONS[0],
  nodes = 1,
  properties = {},
  listeners = [],
  scram = [],
  longLived = false,
} = {}) {
  const jars = kafkaJars(version)
  const folder = mkdtempSync(join(tmpdir(), 'foretide-kafka-'))
  const kinds = [
    { name: 'PLAINTEXT', protocol: 'PLAINTEXT' },
    ...listeners,
    { name: 'CONTROLLER', protocol: 'PLAINTEXT' },
  ]
  const ports = await freePorts(kinds.length * nodes)
  const at = (node, kind) => `127.0.0.1:${ports[kind * nodes + node]}`
  const voters = Array.from({ length: nodes }, (_, i) => `${i + 1}@${at(i, kinds.length - 1)}`).join(',')
  const brokers = Array.from({ length: nodes }, (_, i) => {
    const own = join(folder, `node-${i + 1}`)
    const settings = kafkaProperties({
      ...{ id: i + 1, nodes, voters, data: join(own, 'data'), between: 'PLAINTEXT', extra: properties },
      listeners: kinds.map(({ name, protocol }, kind) => ({
        ...{ name, protocol, bind: at(i, kind) },
        ...(name === 'CONTROLLER' ? {} : { advertise: at(i, kind) }),
      })),
    })
    return new KafkaNode({ port: ports[i], folder: own, jars, properties: settings, longLived })
  })
  const stop = async ({ keepFiles = false } = {}) => {
    await Promise.all(brokers.map((broker) => broker.stop()))
    if (!keepFiles) rmSync(folder, { recursive: true, force: true })
  }
  try {
    // Not base64url of 16 bytes: one in 64 begins with a dash, which Kafka's tool takes for an option.
    const clusterId = randomBytes(11).toString('hex')
    await Promise.all(brokers.map((broker) => broker.format(clusterId, scram)))
    await Promise.all(brokers.map((broker) => broker.start()))
  } catch (error) {
    await stop()
    throw error
  }
  const addresses = (name) =>
    brokers.map((_, i) =>
      at(
        i,
        kinds.findIndex((kind) => kind.name === name),
      ),
    )
  return {
    from: 'artefacts',
    version,
    folder,
    brokers: addresses('PLAINTEXT'),
    addresses,
    nodes: brokers,
    stop,
  }
}
