import { AssignerProtocol, type Kafka, type PartitionAssigner } from 'kafkajs'
import { Observable } from 'rxjs'
import type { Topic } from '../port.js'
import { kafkaFailure } from './kafka-errors.js'
import { assignSticky } from './sticky-assignment.js'

/** Which partitions of the input are ours, again after each change. Errors when the group cannot be joined. */
export type Membership = (input: Topic, group: string) => Observable<readonly number[]>

export interface GroupTimes {
  /** Without a word for so long, a member is taken for dead. */
  readonly sessionMs: number
  readonly heartbeatMs: number
}

/** How soon the member looks whether it has to say something. */
const TURN_MS = 100
const ASSIGNER = 'foretide-sticky'

/**
 * Membership in a consumer group, one for each input, so that groups of one name may own several. kafkajs joins, beats and hears of changes; it never fetches, because the partitions
 * that it consumes are paused: its fetches skip retention gaps, and stop while others join or leave.
 */
export function groupMembership(
  kafka: Kafka,
  { sessionMs, heartbeatMs }: GroupTimes,
  track: (work: Promise<unknown>) => void,
): Membership {
  return (input, group) =>
    new Observable((subscriber) => {
      const groupId = kafkaGroup(group, input)
      let held: readonly number[] = []
      let left = false
      const consumer = kafka.consumer({
        groupId,
        sessionTimeout: sessionMs,
        rebalanceTimeout: Math.max(sessionMs, 10_000),
        heartbeatInterval: heartbeatMs,
        maxWaitTimeInMs: TURN_MS,
        allowAutoTopicCreation: false,
        partitionAssigners: [stickyAssigner(input, () => held)],
        // Whatever happens to the coordinator, the member comes back, until it has left: kafkajs starts a consumer again that fails while it is
        // being stopped, and who went on as a member would keep the partitions from whoever joins next.
        retry: {
          ...{ initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 },
          restartOnFailure: async () => !left,
        },
      })
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        if (left) {
          track(consumer.disconnect())
          return
        }
        consumer.pause([{ topic: input }])
        held = [...(payload.memberAssignment[input] ?? [])].sort((a, b) => a - b)
        subscriber.next(held)
      })
      consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
        if (!restart)
          subscriber.error(kafkaFailure(error, { operation: 'Read', resource: `group ${groupId}` }))
      })
      const joining = (async () => {
        await consumer.connect()
        await consumer.subscribe({ topic: input, fromBeginning: true })
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          eachBatch: async () => undefined,
        })
      })()
      joining.catch((error: unknown) =>
        subscriber.error(
          kafkaFailure(error, { operation: 'Read', resource: `group ${groupId} of topic ${input}` }),
        ),
      )
      return () => {
        left = true
        track(joining.catch(() => undefined).then(() => consumer.disconnect()))
      }
    })
}

/** Kafka's name of a group. */
export function kafkaGroup(group: string, input: Topic): string {
  return `${group}.${input}`
}

function stickyAssigner(input: Topic, held: () => readonly number[]): PartitionAssigner {
  return ({ cluster }) => ({
    name: ASSIGNER,
    version: 1,
    async assign({ members, topics }) {
      const partitions = topics.includes(input) ? cluster.findTopicPartitionMetadata(input).length : 0
      const holders = members.map(({ memberId, memberMetadata }) => ({
        member: memberId,
        held: readHeld(memberMetadata),
      }))
      return [...assignSticky(holders, partitions)].map(([memberId, mine]) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version: 1,
          assignment: { [input]: mine },
          userData: Buffer.alloc(0),
        }),
      }))
    },
    protocol: ({ topics }) => ({
      name: ASSIGNER,
      metadata: AssignerProtocol.MemberMetadata.encode({
        version: 1,
        topics,
        userData: Buffer.from(JSON.stringify(held())),
      }),
    }),
  })
}

function readHeld(memberMetadata: Buffer): number[] {
  try {
    const data = AssignerProtocol.MemberMetadata.decode(memberMetadata)?.userData
    const held: unknown = data && data.length > 0 ? JSON.parse(data.toString()) : []
    return Array.isArray(held) ? held.filter((p): p is number => Number.isInteger(p)) : []
  } catch {
    return []
  }
}
