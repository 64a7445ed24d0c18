import { NoKafkaError } from './kafka-artefacts.mjs'
import { dockerAnswers, startKafkaContainers } from './kafka-containers.mjs'
import { startKafka } from './start-kafka.mjs'

/** @type {import('./provide-kafka.d.mts').KafkaSources} */
const SOURCES = { dockerAnswers, startContainers: startKafkaContainers, startArtefacts: startKafka }

/**
 * A Kafka, from the first of: the one that KAFKA_BROKERS names; containers, where a Docker engine answers; Apache Kafka's own
 * artefacts, fetched by Maven and run with Java. `own` leaves out the first: its brokers may be killed.
 * @type {typeof import('./provide-kafka.d.mts').provideKafka}
 */
export async function provideKafka({ own = false, ...options }, { env, say }, sources = SOURCES) {
  const version = options.version ?? env.FORETIDE_KAFKA_VERSION
  const wanted = { ...options, ...(version ? { version } : {}) }
  if (env.KAFKA_BROKERS && !own) {
    const brokers = env.KAFKA_BROKERS.split(',').map((broker) => broker.trim())
    return {
      ...{ from: 'environment', version: 'unknown', brokers, addresses: () => brokers, nodes: [] },
      stop: async () => undefined,
    }
  }
  if ((options.listeners ?? []).length > 0 || (options.scram ?? []).length > 0) {
    say('kafka: the image has no users and certificates; using the artefacts')
  } else if (await sources.dockerAnswers()) {
    try {
      return await sources.startContainers(wanted)
    } catch (error) {
      say(
        `kafka: the Docker engine answers, but no container came up (${error.message}); using the artefacts`,
      )
    }
  } else {
    say('kafka: NO DOCKER ENGINE ANSWERS, so containers are SKIPPED and untested here; using the artefacts')
  }
  return sources.startArtefacts(wanted)
}

export { NoKafkaError }
