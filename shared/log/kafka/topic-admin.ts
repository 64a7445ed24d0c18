import type { Admin, ConfigEntries, ConfigResourceTypes, Kafka } from 'kafkajs'
import { countOf } from '#shared/words/count-of'
import { TopicMismatchError } from '../errors.js'
import type { TopicSpec } from '../port.js'
import { FirstContact } from './first-contact.js'
import { isUnknownTopic, kafkaFailure } from './kafka-errors.js'
import { TopicFailures } from './topic-failures.js'

/** How a topic is, or is to be. */
export interface TopicShape {
  readonly topic: string
  readonly partitions: number
  readonly settings: Readonly<Record<string, string>>
}

interface TopicAlteration {
  readonly kind: 'alter'
  readonly topic: string
  readonly settings: readonly { readonly name: string; readonly from: string; readonly to: string }[]
}

/** What is to happen to one topic. */
export type TopicChange =
  | { readonly kind: 'create'; readonly topic: string; readonly to: TopicShape }
  | TopicAlteration
  | { readonly kind: 'keep'; readonly topic: string }
  /** Cannot be had by changing it: what the topic has that was not wanted, and the whole sentence. */
  | {
      readonly kind: 'conflict'
      readonly topic: string
      readonly difference: string
      readonly reason: string
    }

/** kafkajs's TOPIC, which Node cannot import by name. */
const TOPIC: ConfigResourceTypes = 2
const FOREVER = '-1'
const ANY_TIME = '9223372036854775807'
/** Weights and large states are records of several hundred KB, and Kafka's default is 1 MB with all around it. */
const RECORD_BYTES_MAX = 8 * 1024 * 1024
/** Brokers compact closed segments only, and whoever takes a partition reads all that is left: with Kafka's default up to 1 GB of old states. */
const COMPACTED_SEGMENT_BYTES = 64 * 1024 * 1024

/** The settings that a topic of this specification gets; others stay as the cluster has them. */
function topicSettings({ cleanup, retentionMs, retentionBytes }: TopicSpec): Record<string, string> {
  return {
    'cleanup.policy': cleanup,
    ...(cleanup === 'delete'
      ? {
          'retention.ms': retentionMs === undefined ? FOREVER : String(retentionMs),
          'retention.bytes': retentionBytes === undefined ? FOREVER : String(retentionBytes),
        }
      : { 'segment.bytes': String(COMPACTED_SEGMENT_BYTES) }),
    'max.message.bytes': String(RECORD_BYTES_MAX),
    // Records carry the time of what they tell of, which may lie in the future of the broker's clock.
    'message.timestamp.type': 'CreateTime',
    'message.timestamp.after.max.ms': ANY_TIME,
  }
}

export interface TopicAdminOptions {
  /** Copies of each partition; absent: as the cluster does it. */
  readonly replicas?: number
  /** As the configuration names them. */
  readonly brokers: readonly string[]
  /** The connection has a login. */
  readonly logsIn: boolean
}

/** Topics as the cluster has them, and how they become what is wanted. */
export class TopicAdmin {
  constructor(
    private readonly kafka: Kafka,
    private readonly options: TopicAdminOptions,
  ) {}

  /** What `apply` would do. Inputs are created, never altered: they are others'. */
  async plan(specs: readonly TopicSpec[]): Promise<TopicChange[]> {
    return this.#with(async (admin) => planTopics(specs, await this.#shapes(admin, specs)))
  }

  /**
   * Whatever is refused for one topic, the others are made.
   * @throws TopicMismatchError when a topic is in conflict; nothing was changed then
   * @throws an error that names every refusal, and how much was done
   */
  async apply(changes: readonly TopicChange[]): Promise<void> {
    const conflict = changes.find((change) => change.kind === 'conflict')
    if (conflict?.kind === 'conflict') throw new TopicMismatchError(conflict.reason)
    const creations = changes.flatMap((change) => (change.kind === 'create' ? [change.to] : []))
    const alterations = changes.flatMap((change) => (change.kind === 'alter' ? [change] : []))
    const failures = new TopicFailures()
    await this.#with(async (admin) => {
      if (creations.length > 0) await this.#create(admin, creations, failures)
      for (const alteration of alterations) await this.#alter(admin, alteration, failures)
    })
    const done = (all: readonly { readonly topic: string }[]) =>
      all.filter(({ topic }) => !failures.has(topic)).length
    failures.throwAny(
      `${countOf(done(creations), 'topic')} created, ${done(alterations)} altered; ` +
        'foretide topics plan shows what is left.',
    )
  }

  async #create(admin: Admin, shapes: readonly TopicShape[], failures: TopicFailures): Promise<void> {
    try {
      await admin.createTopics({
        // kafkajs's own wait fails where a broker has not heard of the topic yet; whoever uses it waits.
        waitForLeaders: false,
        topics: shapes.map(({ topic, partitions, settings }) => ({
          topic,
          numPartitions: partitions,
          replicationFactor: this.options.replicas ?? -1,
          configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
        })),
      })
    } catch (error) {
      const { errors } = error as { errors?: readonly { type: string; topic: string }[] }
      if (errors === undefined) throw kafkaFailure(error, { operation: 'Create', resource: 'the topics' })
      for (const one of errors) {
        if (one.type !== 'TOPIC_ALREADY_EXISTS') failures.add('Create', one.topic, one)
      }
    }
  }

  async #alter(admin: Admin, { topic, settings }: TopicAlteration, failures: TopicFailures): Promise<void> {
    // Kafka's AlterConfigs, all that kafkajs has, puts back to its default what is not named.
    const entries = await this.#settings(admin, topic, failures)
    if (entries === null) return
    const own = new Map(
      entries
        .filter((entry) => entry.isDefault === false || isTopicsOwn(entry))
        .map(({ configName, configValue }) => [configName, configValue]),
    )
    for (const { name, to } of settings) own.set(name, to)
    const configEntries = [...own].map(([name, value]) => ({ name, value }))
    const resources = [{ type: TOPIC, name: topic, configEntries }]
    await admin
      .alterConfigs({ validateOnly: false, resources })
      .catch((error) => failures.add('AlterConfigs', topic, error))
  }

  async #shapes(admin: Admin, specs: readonly TopicSpec[]): Promise<Map<string, TopicShape>> {
    const shapes = new Map<string, TopicShape>()
    const failures = new TopicFailures()
    for (const { topic } of specs) {
      try {
        const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
        shapes.set(topic, { topic, partitions: topics[0]!.partitions.length, settings: {} })
      } catch (error) {
        if (!isUnknownTopic(error)) failures.add('Describe', topic, error)
      }
    }
    for (const [topic, shape] of shapes) {
      const entries = (await this.#settings(admin, topic, failures)) ?? []
      const settings = Object.fromEntries(entries.map((one) => [one.configName, one.configValue]))
      shapes.set(topic, { ...shape, settings })
    }
    failures.throwAny()
    return shapes
  }

  /** Of one topic, so that a refusal is that topic's: null then. */
  async #settings(admin: Admin, topic: string, failures: TopicFailures): Promise<ConfigEntries[] | null> {
    try {
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: TOPIC, name: topic }],
      })
      return resources[0]!.configEntries
    } catch (error) {
      failures.add('DescribeConfigs', topic, error)
      return null
    }
  }

  async #with<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.kafka.admin()
    try {
      await this.#introduce(admin)
      return await work(admin)
    } finally {
      await admin.disconnect().catch(() => undefined)
    }
  }

  async #introduce(admin: Admin): Promise<void> {
    const contact = new FirstContact(this.options.logsIn, this.options.brokers)
    try {
      await admin.connect()
      contact.greeted()
      // Needs no right, so what comes of it is about the connection.
      if (!this.options.logsIn) await admin.describeCluster()
    } catch (error) {
      throw contact.failure(error)
    }
  }
}

function isTopicsOwn(entry: object): boolean {
  return 'configSource' in entry && entry.configSource === 1
}

/** @param shapes of those that are there */
export function planTopics(
  specs: readonly TopicSpec[],
  shapes: ReadonlyMap<string, TopicShape>,
): TopicChange[] {
  const asWanted = ({ topic, partitions }: TopicSpec) => shapes.get(topic)?.partitions === partitions
  // A pipeline's topics follow its input, and records never move: which way out there is depends on the others.
  const fed = specs.some((spec) => spec.input && asWanted(spec))
  const written = specs.some((spec) => !spec.input && asWanted(spec))
  const wayOut = ({ input }: TopicSpec, count: number) => {
    const follow = `set input.partitions to ${count}`
    if (input) return written ? `${follow} and another topicPrefix` : `${follow}, or name another input.topic`
    return fed
      ? 'only another topicPrefix helps, or deleting all topics of this pipeline but its input: either way it begins afresh'
      : `${follow}, or use another topicPrefix`
  }
  return specs.map((spec) => planTopic(spec, shapes.get(spec.topic), wayOut))
}

function planTopic(
  spec: TopicSpec,
  shape: TopicShape | undefined,
  wayOut: (spec: TopicSpec, count: number) => string,
): TopicChange {
  const { topic, partitions } = spec
  const wanted = topicSettings(spec)
  if (shape === undefined) return { kind: 'create', topic, to: { topic, partitions, settings: wanted } }
  if (shape.partitions !== partitions) {
    const difference = `${countOf(shape.partitions, 'partition')}, not ${partitions}`
    return conflict(topic, `${difference}; ${wayOut(spec, shape.partitions)}`)
  }
  const { 'cleanup.policy': cleanup } = shape.settings
  // Of others' topics too: what compaction takes out of an input cannot be replayed, and no start takes one.
  if (cleanup !== undefined && cleanup !== spec.cleanup) {
    return conflict(topic, `cleanup ${cleanup}, not ${spec.cleanup}; change it by hand, or use another name`)
  }
  const settings = Object.entries(wanted)
    .filter(([name, to]) => !spec.input && (shape.settings[name] ?? to) !== to)
    .map(([name, to]) => ({ name, from: shape.settings[name]!, to }))
  return settings.length === 0 ? { kind: 'keep', topic } : { kind: 'alter', topic, settings }
}

function conflict(topic: string, difference: string): TopicChange {
  return { kind: 'conflict', topic, difference, reason: `Topic ${topic} has ${difference}.` }
}
