/** Versions that are tested; the first is the default. */
export const KAFKA_VERSIONS: readonly string[]

/** No Kafka can be had on this machine; the message says what is missing. */
export class NoKafkaError extends Error {}
