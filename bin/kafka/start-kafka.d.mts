/** One broker, which may be stopped, killed and started again on its data. */
export interface KafkaNode {
  /** host:port */
  readonly address: string
  start(): Promise<void>
  /** SIGTERM stops it cleanly, SIGKILL as a crash would. Its data stay. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

export interface StartedKafka {
  readonly from: 'environment' | 'container' | 'artefacts'
  readonly version: string
  /** Where its files are; absent when somebody else keeps them. */
  readonly folder?: string
  /** host:port of each, without encryption and login. */
  readonly brokers: readonly string[]
  /** The same for one of `listeners`. */
  addresses(listener: string): readonly string[]
  /** Empty when they are somebody else's. */
  readonly nodes: readonly KafkaNode[]
  stop(options?: { readonly keepFiles?: boolean }): Promise<void>
}

export interface ScramUser {
  readonly mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  readonly username: string
  readonly password: string
}

export interface KafkaOptions {
  readonly version?: string
  readonly nodes?: number
  /** Settings of each broker beside those that it needs. */
  readonly properties?: Readonly<Record<string, string | number>>
  /** Further listeners for clients, each on a free port, such as `{ name: 'SECURE', protocol: 'SASL_SSL' }`. */
  readonly listeners?: readonly { readonly name: string; readonly protocol: string }[]
  /** Users that the cluster knows from its beginning. */
  readonly scram?: readonly ScramUser[]
  /** Of brokers from artefacts: run as a cluster's do, instead of saving memory and starting fast. */
  readonly longLived?: boolean
}

export function startKafka(options?: KafkaOptions): Promise<StartedKafka>
