export const KAFKA_VERSIONS: readonly string[]

export class NoKafkaError extends Error {}

/** One broker's process. */
export interface KafkaNode {
  readonly address: string
  /** Process of the broker itself, or 0 when it does not run. */
  readonly pid: number
  start(): Promise<void>
  /** SIGTERM stops it cleanly, SIGKILL as a crash would. Its data stay. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

export interface StartedKafka {
  readonly version: string
  readonly folder: string
  readonly brokers: readonly string[]
  readonly nodes: readonly KafkaNode[]
  stop(options?: { readonly keepFiles?: boolean }): Promise<void>
}

export interface KafkaOptions {
  readonly version?: string
  readonly nodes?: number
  /** Settings of the broker beside those that it needs. */
  readonly properties?: Readonly<Record<string, string | number>>
}

export function startKafka(options?: KafkaOptions): Promise<StartedKafka>
