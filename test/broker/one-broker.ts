import type { TestProject } from 'vitest/node'
import { NoKafkaError, provideKafka } from '../../bin/kafka/provide-kafka.mjs'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Addresses of the brokers; empty when there is none to be had. */
    readonly kafka: readonly string[]
  }
}

/** One broker for the whole run: the one that KAFKA_BROKERS names, or one of this run's own (FORETIDE_KAFKA_VERSION). */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const say = (line: string) => console.error(`\n  ${line}\n`)
  try {
    const kafka = await provideKafka({}, { env: process.env, say })
    project.provide('kafka', kafka.brokers)
    return () => kafka.stop()
  } catch (error) {
    if (!(error instanceof NoKafkaError)) throw error
    say(`NO KAFKA: every test of this suite is SKIPPED.\n  ${error.message}`)
    project.provide('kafka', [])
    return async () => undefined
  }
}
