import type { Admin, ConfigEntries, ConfigResourceTypes, Kafka } from 'kafkajs'
import { countOf } from '#shared/words/count-of'
import { TopicMismatchError } from '../errors.js'
import type { TopicSpec } from '../port.js'
import { FirstContact } from './first-contact.js'
import { isUnknownTopic, kafkaFailure } from './kafka-errors.js'

/** How a topic is, or is to be. */
export interface TopicShape {
  readonly topic: string
  readonly partitions: number
  readonly settings: Readonly<Record<string, string>>
}

/** What is to happen to one topic. */
export type TopicChange =
  | { readonly kind: 'create'; readonly topic: string; readonly to: TopicShape }
  | {
      readonly kind: 'alter'
      readonly topic: string
      readonly settings: readonly { readonly name: string; readonly from: string; readonly to: string }[]
    }
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

  /** @throws TopicMismatchError when a topic is in conflict; nothing was changed then */
  async apply(changes: readonly TopicChange[]): Promise<void> {
    const conflict = changes.find((change) => change.kind === 'conflict')
    if (conflict?.kind === 'conflict') throw new TopicMismatchError(conflict.reason)
    const creations = changes.flatMap((change) => (change.kind === 'create' ? [change.to] : []))
    const alterations = changes.flatMap((change) => (change.kind === 'alter' ? [change] : []))
    await this.#with(async (admin) => {
      if (creations.length > 0) await this.#create(admin, creations)
      for (const { topic, settings } of alterations) {
        // Kafka's AlterConfigs, all that kafkajs has, puts back to its default what is not named.
        const own = new Map(
          (await this.#settings(admin, topic))
            .filter((entry) => entry.isDefault === false || isTopicsOwn(entry))
            .map(({ configName, configValue }) => [configName, configValue]),
        )
        for (const { name, to } of settings) own.set(name, to)
        const configEntries = [...own].map(([name, value]) => ({ name, value }))
        const altered = admin.alterConfigs({
          validateOnly: false,
          resources: [{ type: TOPIC, name: topic, configEntries }],
        })
        await altered.catch(failing('AlterConfigs', topic))
      }
    })
  }

  async #create(admin: Admin, shapes: readonly TopicShape[]): Promise<void> {
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
      const { errors } = error as { errors?: readonly { type?: string; topic?: string }[] }
      const failure = errors?.find(({ type }) => type !== 'TOPIC_ALREADY_EXISTS')
      if (errors !== undefined && failure === undefined) return
      throw kafkaFailure(failure ?? error, { operation: 'Create', resource: `topic ${failure?.topic ?? ''}` })
    }
  }

  async #shapes(admin: Admin, specs: readonly TopicSpec[]): Promise<Map<string, TopicShape>> {
    const shapes = new Map<string, TopicShape>()
    for (const { topic } of specs) {
      try {
        const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
        shapes.set(topic, { topic, partitions: topics[0]!.partitions.length, settings: {} })
      } catch (error) {
        if (!isUnknownTopic(error)) failing('Describe', topic)(error)
      }
    }
    for (const [topic, shape] of shapes) {
      const entries = await this.#settings(admin, topic)
      const settings = Object.fromEntries(entries.map((one) => [one.configName, one.configValue]))
      shapes.set(topic, { ...shape, settings })
    }
    return shapes
  }

  /** Of one topic, so that a refusal is that topic's. */
  async #settings(admin: Admin, topic: string): Promise<ConfigEntries[]> {
    const { resources } = await admin
      .describeConfigs({ includeSynonyms: false, resources: [{ type: TOPIC, name: topic }] })
      .catch(failing('DescribeConfigs', topic))
    return resources[0]!.configEntries
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
    const contact = new FirstContact(this.options.logsIn)
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

function failing(operation: string, topic: string): (error: unknown) => never {
  return (error) => {
    throw kafkaFailure(error, { operation, resource: `topic ${topic}` })
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
