import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KAFKA_VERSIONS, kafkaJars } from './kafka-artefacts.mjs'
import { KafkaNode } from './kafka-node.mjs'

export { KAFKA_VERSIONS, NoKafkaError } from './kafka-artefacts.mjs'

/** Ports that are free now, all different. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve, reject) => {
          const server = createServer().once('error', reject)
          server.listen(0, '127.0.0.1', () => resolve(server))
        }),
    ),
  )
  const ports = servers.map((server) => server.address().port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

function propertiesOf({ id, port, controllerPort, voters, folder, nodes, extra }) {
  const copies = Math.min(3, nodes)
  const inSync = Math.max(1, copies - 1)
  return {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': voters,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': inSync,
    'log.cleaner.dedupe.buffer.size': 8 * 1024 * 1024,
    ...extra,
  }
}

/**
 * Start Apache Kafka on this machine (KRaft, no container) on free ports, with its data in a new folder of the system's temporary one.
 * It ends with `stop()`, and when this process ends in whatever way.
 * @param {{ version?: string, nodes?: number, properties?: Record<string, string | number> }} [options]
 * @throws {import('./kafka-artefacts.mjs').NoKafkaError} when Java or Maven is missing, or it does not start
 */
export async function startKafka({ version = KAFKA_VERSIONS[0], nodes = 1, properties = {} } = {}) {
  const jars = kafkaJars(version)
  const folder = mkdtempSync(join(tmpdir(), 'foretide-kafka-'))
  const ports = await freePorts(2 * nodes)
  const voters = Array.from({ length: nodes }, (_, i) => `${i + 1}@127.0.0.1:${ports[nodes + i]}`).join(',')
  const brokers = Array.from({ length: nodes }, (_, i) => {
    const [id, port, controllerPort] = [i + 1, ports[i], ports[nodes + i]]
    const own = join(folder, `node-${id}`)
    const settings = propertiesOf({ id, port, controllerPort, voters, folder: own, nodes, extra: properties })
    return new KafkaNode({ id, port, folder: own, jars, properties: settings })
  })
  const stop = async ({ keepFiles = false } = {}) => {
    await Promise.all(brokers.map((broker) => broker.stop()))
    if (!keepFiles) rmSync(folder, { recursive: true, force: true })
  }
  try {
    const clusterId = randomBytes(16).toString('base64url')
    for (const broker of brokers) broker.format(clusterId)
    await Promise.all(brokers.map((broker) => broker.start()))
  } catch (error) {
    await stop()
    throw error
  }
  return { version, folder, brokers: brokers.map(({ address }) => address), nodes: brokers, stop }
}
