import type { KafkaOptions, StartedKafka } from './start-kafka.mjs'

export { NoKafkaError } from './kafka-artefacts.mjs'
export type { KafkaNode, KafkaOptions, StartedKafka } from './start-kafka.mjs'

/** The ways to get one, for tests of the choice. */
export interface KafkaSources {
  dockerAnswers(): Promise<boolean>
  startContainers(options: KafkaOptions): Promise<StartedKafka>
  startArtefacts(options: KafkaOptions): Promise<StartedKafka>
}

export interface Surroundings {
  /** KAFKA_BROKERS, FORETIDE_KAFKA_VERSION */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Told why a way was left out. */
  readonly say: (line: string) => void
}

/** @throws NoKafkaError when there is none to be had */
export function provideKafka(
  options: KafkaOptions & { readonly own?: boolean },
  around: Surroundings,
  sources?: KafkaSources,
): Promise<StartedKafka>
