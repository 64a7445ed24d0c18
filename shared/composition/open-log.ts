import type { Clock } from '#shared/clock/clock'
import type { KafkaSettings, LogSettings } from '#shared/configuration/log-settings'
import type { TopicAdmin } from '#shared/log/kafka/topic-admin'
import type { LogListener } from '#shared/log/log-listener'
import type { Log } from '#shared/log/port'
import { readTlsFiles } from './read-tls-files.js'

/**
 * The log that the configuration names. Its client is loaded only when it is that one.
 * @param takeOver own groups of the embedded log even when a living process owns them
 * @param listener told when brokers of Kafka go silent, and what is waited for
 * @throws LogUnavailableError when it cannot be opened
 */
export async function openLog(
  settings: LogSettings,
  clock: Clock,
  takeOver = false,
  listener?: LogListener,
): Promise<Log> {
  if (settings.kind === 'embedded') {
    const { openEmbeddedLog } = await import('#shared/log/embedded/embedded-log')
    return openEmbeddedLog(settings.dataDir, { clock, takeOver })
  }
  const { KafkaLog } = await import('#shared/log/kafka/kafka-log')
  const { prefix, guarantee } = settings
  return new KafkaLog({
    ...kafkaConnection(settings),
    clock,
    prefix,
    guarantee,
    ...(listener ? { listener } : {}),
  })
}

/** The topics of a Kafka cluster, to plan and to apply. */
export async function openTopicAdmin(settings: KafkaSettings): Promise<TopicAdmin> {
  const { TopicAdmin } = await import('#shared/log/kafka/topic-admin')
  const { createKafka } = await import('#shared/log/kafka/kafkajs-client')
  const { replicas, sasl, brokers } = settings
  return new TopicAdmin(createKafka(kafkaConnection(settings)), {
    ...(replicas === undefined ? {} : { replicas }),
    brokers,
    logsIn: sasl !== undefined,
  })
}

/**
 * What the client is told of the cluster; the files of a TLS set-up are read here.
 * @throws ConfigurationError for one that cannot be read, or makes no TLS set-up
 */
export function kafkaConnection({ brokers, clientId, replicas, sessionMs, tls, sasl }: KafkaSettings) {
  return {
    ...{ brokers, clientId },
    ...(replicas === undefined ? {} : { replicas }),
    ...(sessionMs === undefined ? {} : { sessionMs, heartbeatMs: Math.ceil(sessionMs / 10) }),
    ...(tls === undefined ? {} : { tls: typeof tls === 'boolean' ? tls : readTlsFiles(tls) }),
    ...(sasl === undefined ? {} : { sasl }),
  }
}

/** Where the log is, in a few words. */
export function describeLog(settings: LogSettings): string {
  return settings.kind === 'embedded' ? settings.dataDir : `Kafka at ${settings.brokers.join(', ')}`
}
