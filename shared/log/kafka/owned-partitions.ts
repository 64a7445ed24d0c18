import { Observable } from 'rxjs'
import type { Clock } from '#shared/clock/clock'
import { countOf } from '#shared/words/count-of'
import { FencedError, TopicMismatchError, UnknownTopicError } from '../errors.js'
import { outlast } from '../outlast.js'
import type { Guarantee, Ownership, Topic } from '../port.js'
import { kafkaGroup, type Membership } from './group-membership.js'
import { HeldKafkaPartition } from './held-kafka-partition.js'
import type { KafkaLink } from './kafka-link.js'

export interface OwningOptions {
  readonly clock: Clock
  readonly membership: Membership
  /** Connections for one partition. */
  readonly createLink: () => KafkaLink
  readonly partitions: (topic: Topic) => Promise<number>
  /** Fails when the user may not read the group. */
  readonly findGroup: (kafkaGroup: string) => Promise<void>
  readonly transactionalId: (group: string, input: Topic, partition: number) => string
  readonly transactionMs: number
  readonly guarantee: Guarantee
  /** After so long, a partition that somebody outside the group has taken is taken back. */
  readonly reclaimMs: number
  /** Told of everything that closing the log has to wait for. */
  readonly track: (work: Promise<unknown>) => void
}

/** Partitions that are taken at the same time. */
const AT_ONCE = 8
/** How often the number of partitions is looked at while nothing changes in the group. */
const COUNT_EVERY_MS = 5_000

/**
 * The partitions that the group gives us, as ownerships. A change of the group touches only what changes hands: what
 * stays ours goes on without a pause.
 */
export function ownPartitions(input: Topic, group: string, options: OwningOptions): Observable<Ownership> {
  return new Observable((subscriber) => {
    const ending = new AbortController()
    const held = new Map<number, HeldKafkaPartition>()
    const taking = new Set<number>()
    const released = new Set<number>()
    /** Somebody else has taken them, though the group says that they are ours. */
    const contested = new Set<number>()
    let assigned: ReadonlySet<number> = new Set()
    let count = 0

    const wanted = (partition: number) =>
      !ending.signal.aborted &&
      assigned.has(partition) &&
      ![held, released, contested].some((others) => others.has(partition))

    const open = async (partition: number): Promise<HeldKafkaPartition | null> => {
      const link = options.createLink()
      try {
        const held = {
          ...{ link, topic: input, partition, transactionMs: options.transactionMs },
          ...{ guarantee: options.guarantee, clock: options.clock },
          kafkaGroup: kafkaGroup(group, input),
          transactionalId: options.transactionalId(group, input, partition),
          onLost: (lost: HeldKafkaPartition, fenced: boolean) => end(lost, fenced),
        }
        const taken = await outlast(options.clock, ending.signal, async () =>
          assigned.has(partition) ? HeldKafkaPartition.take(held) : null,
        )
        if (taken === null) options.track(link.close())
        return taken
      } catch (error) {
        options.track(link.close())
        // Two workers open a transactional id at once while a partition changes hands: the group says whose it is.
        if (error instanceof FencedError) options.track(reclaim(partition))
        else if (!ending.signal.aborted) subscriber.error(error)
        return null
      }
    }
    const end = (lost: HeldKafkaPartition, fenced: boolean) => {
      const { partition } = lost
      options.track(lost.close())
      if (held.get(partition) !== lost) return
      held.delete(partition)
      if (fenced) options.track(reclaim(partition))
      else if (!ending.signal.aborted && assigned.has(partition)) {
        // Given back by whoever has it; with the last one the group is left too.
        released.add(partition)
        if ([...assigned].every((one) => released.has(one))) subscriber.complete()
      }
    }
    /** In order of the partitions, and a few at a time. */
    const take = async (partitions: readonly number[]) => {
      for (let at = 0; at < partitions.length; at += AT_ONCE) {
        const some = partitions.slice(at, at + AT_ONCE).filter((one) => !taking.has(one) && wanted(one))
        for (const one of some) taking.add(one)
        const opened = await Promise.all(some.map(open))
        // Only now: who looked before would have found it neither held nor on its way, and taken it from us.
        for (const one of some) taking.delete(one)
        for (const one of opened) {
          if (one === null) continue
          if (!wanted(one.partition)) options.track(one.close())
          else {
            held.set(one.partition, one)
            subscriber.next(one)
          }
        }
      }
      // What the group gave us while it was on its way from us.
      const missed = [...assigned].filter((one) => wanted(one) && !taking.has(one))
      if (missed.length > 0) await take(missed)
    }
    /** Fenced though the group says that it is ours: it will say otherwise soon, or somebody outside of it came. */
    const reclaim = async (partition: number) => {
      contested.add(partition)
      await options.clock.sleep(options.reclaimMs, ending.signal)
      contested.delete(partition)
      if (wanted(partition)) await take([partition])
    }
    /** With another number of partitions a key's records go elsewhere than its state is. */
    const checkCount = async () => {
      const now = await options.partitions(input)
      if (now === count || ending.signal.aborted) return
      if (now === 0)
        throw new UnknownTopicError(`Topic ${input} is gone; create it, or start with another input.`)
      throw new TopicMismatchError(
        `Topic ${input} had ${countOf(count, 'partition')} and has ${now} now, so its keys have moved; see "More partitions" in docs/guides/kafka.md.`,
      )
    }
    const watchCount = async () => {
      while (!ending.signal.aborted) {
        await options.clock.sleep(COUNT_EVERY_MS, ending.signal)
        // What cannot be asked now is asked the next time.
        const failure = await checkCount().catch((error: unknown) => error)
        if (failure instanceof TopicMismatchError || failure instanceof UnknownTopicError) throw failure
      }
    }
    const apply = async (partitions: readonly number[]) => {
      assigned = new Set(partitions)
      contested.clear()
      for (const one of [...held.values()]) if (!assigned.has(one.partition)) one.lose(false)
      for (const one of [...released]) if (!assigned.has(one)) released.delete(one)
      await outlast(options.clock, ending.signal, checkCount)
      await take(partitions)
    }

    const start = async () => {
      count = await options.partitions(input)
      if (count === 0) throw new UnknownTopicError(`Topic ${input} does not exist; create it first.`)
      // kafkajs looks for the group of a user who may not for ever.
      await options.findGroup(kafkaGroup(group, input))
      if (ending.signal.aborted) return
      const membership = options.membership(input, group).subscribe({
        next: (partitions) => {
          apply(partitions).catch((error: unknown) => subscriber.error(error))
        },
        error: (error: unknown) => subscriber.error(error),
      })
      ending.signal.addEventListener('abort', () => membership.unsubscribe())
      await watchCount()
    }
    start().catch((error: unknown) => subscriber.error(error))
    return () => {
      ending.abort()
      for (const one of [...held.values()]) one.lose(false)
    }
  })
}
