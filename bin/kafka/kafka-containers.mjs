import { randomBytes } from 'node:crypto'
import { freePorts } from './free-ports.mjs'
import { KAFKA_VERSIONS } from './kafka-artefacts.mjs'
import { kafkaProperties } from './kafka-properties.mjs'

const [BETWEEN_PORT, CONTROLLER_PORT] = [9094, 9093]
const START_MS_MAX = 120_000

/** As the image reads settings: https://github.com/apache/kafka/blob/trunk/docker/docker_official_images.md */
const variable = (property) =>
  `KAFKA_${property.replaceAll('-', '___').replaceAll('_', '__').replaceAll('.', '_').toUpperCase()}`

/**
 * Whether a Docker engine answers, as testcontainers finds it (DOCKER_HOST, the usual sockets).
 * @returns {Promise<boolean>}
 */
export async function dockerAnswers() {
  try {
    const { getContainerRuntimeClient } = await import('testcontainers')
    await getContainerRuntimeClient()
    return true
  } catch {
    return false
  }
}

/** A broker in a container. The port on the host is chosen beforehand, because a broker tells clients its own address. */
class ContainerNode {
  #started = null

  constructor(container, port) {
    this.container = container
    this.port = port
    this.address = `127.0.0.1:${port}`
  }

  async start() {
    if (this.#started === null) this.#started = await this.container.start()
    else await (await this.#engineContainer()).start()
  }

  async stop(signal = 'SIGTERM') {
    if (this.#started === null) return
    const container = await this.#engineContainer()
    if (signal === 'SIGKILL') await container.kill({ signal })
    else await container.stop({ t: 8 })
  }

  async remove() {
    await this.#started?.stop({ timeout: 8_000, removeVolumes: true })
    this.#started = null
  }

  /** testcontainers stops a container only to remove it; a broker that comes back is left to the engine's own client. */
  async #engineContainer() {
    const { getContainerRuntimeClient } = await import('testcontainers')
    return (await getContainerRuntimeClient()).container.getById(this.#started.getId())
  }
}

/**
 * Start Apache Kafka in containers through testcontainers, which removes them when this process ends in whatever way.
 * @param {import('./start-kafka.d.mts').KafkaOptions} [options] without listeners and users, which the image has no setting for
 * @returns {Promise<import('./start-kafka.d.mts').StartedKafka>}
 */
export async function startKafkaContainers({ version = KAFKA_VERSIONS[0], nodes = 1, properties = {} } = {}) {
  const { GenericContainer, Network, Wait } = await import('testcontainers')
  const network = await new Network().start()
  // As in start-kafka.mjs.
  const clusterId = randomBytes(11).toString('hex')
  const ports = await freePorts(nodes)
  const host = (i) => `kafka-${i + 1}`
  const voters = ports.map((_, i) => `${i + 1}@${host(i)}:${CONTROLLER_PORT}`).join(',')
  const brokers = ports.map((port, i) => {
    const settings = kafkaProperties({
      ...{ id: i + 1, nodes, voters, data: '/tmp/kraft-data', between: 'BETWEEN', extra: properties },
      listeners: [
        {
          name: 'PLAINTEXT',
          protocol: 'PLAINTEXT',
          bind: `0.0.0.0:${port}`,
          advertise: `127.0.0.1:${port}`,
        },
        {
          name: 'BETWEEN',
          protocol: 'PLAINTEXT',
          bind: `0.0.0.0:${BETWEEN_PORT}`,
          advertise: `${host(i)}:${BETWEEN_PORT}`,
        },
        { name: 'CONTROLLER', protocol: 'PLAINTEXT', bind: `0.0.0.0:${CONTROLLER_PORT}` },
      ],
    })
    const environment = Object.entries(settings).map(([name, value]) => [variable(name), String(value)])
    const container = new GenericContainer(`apache/kafka:${version}`)
      .withEnvironment({ CLUSTER_ID: clusterId, ...Object.fromEntries(environment) })
      .withNetwork(network)
      .withNetworkAliases(host(i))
      .withExposedPorts({ container: port, host: port })
      .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
      .withStartupTimeout(START_MS_MAX)
    return new ContainerNode(container, port)
  })
  const stop = async () => {
    await Promise.all(brokers.map((broker) => broker.remove()))
    await network.stop()
  }
  try {
    await Promise.all(brokers.map((broker) => broker.start()))
  } catch (error) {
    await stop()
    throw error
  }
  const all = brokers.map(({ address }) => address)
  return { from: 'container', version, brokers: all, addresses: () => all, nodes: brokers, stop }
}
