import type { TestProject } from 'vitest/node'
import { KAFKA_VERSIONS, NoKafkaError, startKafka } from '../../bin/kafka/start-kafka.mjs'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Addresses of the brokers; empty when there is none to be had. */
    readonly kafka: readonly string[]
  }
}

/** One broker for the whole run: the one that KAFKA_BROKERS names, or one of this run's own (FORETIDE_KAFKA_VERSION). */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { KAFKA_BROKERS, FORETIDE_KAFKA_VERSION } = process.env
  if (KAFKA_BROKERS) {
    project.provide('kafka', KAFKA_BROKERS.split(','))
    return async () => undefined
  }
  try {
    const kafka = await startKafka({ version: FORETIDE_KAFKA_VERSION ?? KAFKA_VERSIONS[0]! })
    project.provide('kafka', kafka.brokers)
    return () => kafka.stop()
  } catch (error) {
    if (!(error instanceof NoKafkaError)) throw error
    console.error(`\n  NO KAFKA: every test of this suite is SKIPPED.\n  ${error.message}\n`)
    project.provide('kafka', [])
    return async () => undefined
  }
}
