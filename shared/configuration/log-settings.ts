import type { ParsedConfiguration } from './configuration-schema.js'

/** How to get to a Kafka cluster. Plain data, so that threads can be handed it. */
export interface KafkaSettings {
  readonly kind: 'kafka'
  /** Absolute; for what is kept beside the log. */
  readonly dataDir: string
  /** host:port */
  readonly brokers: readonly string[]
  readonly clientId: string
  /** Stands before transactional ids. */
  readonly prefix: string
  /** Copies of each partition of created topics; absent: as the cluster does it. */
  readonly replicas?: number
  /** What commits promise; the embedded log's are exactly once either way. */
  readonly guarantee: 'exactly-once' | 'at-least-once'
  /** A worker that says nothing for so long has lost its partitions. */
  readonly sessionMs?: number
  /** true, or PEM files by absolute path. */
  readonly tls?: boolean | { readonly ca?: string; readonly cert?: string; readonly key?: string }
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
    readonly username: string
    readonly password: string
  }
}

export type LogSettings = { readonly kind: 'embedded'; readonly dataDir: string } | KafkaSettings

/** @param absolute makes a path of the file absolute */
export function resolveLog(
  { log, topicPrefix }: ParsedConfiguration,
  dataDir: string,
  absolute: (path: string) => string,
): LogSettings {
  const { kind, brokers = [], clientId = 'foretide', replicas, sessionTimeout, guarantee, tls, sasl } = log
  if (kind === 'embedded') return { kind, dataDir }
  const files = (of: { ca?: string; cert?: string; key?: string }) =>
    Object.fromEntries(Object.entries(of).map(([name, path]) => [name, absolute(path)]))
  return {
    ...{ kind, dataDir, brokers, clientId, prefix: topicPrefix, guarantee },
    ...(replicas === undefined ? {} : { replicas }),
    ...(sessionTimeout === undefined ? {} : { sessionMs: sessionTimeout }),
    ...(tls === undefined ? {} : { tls: typeof tls === 'boolean' ? tls : files(tls) }),
    ...(sasl === undefined ? {} : { sasl }),
  }
}
