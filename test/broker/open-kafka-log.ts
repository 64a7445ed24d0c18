import { randomUUID } from 'node:crypto'
import { Observable, of } from 'rxjs'
import { inject } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import type { Membership } from '#shared/log/kafka/group-membership'
import { KafkaLog, type KafkaLogOptions } from '#shared/log/kafka/kafka-log'

export const brokers = inject('kafka')
export const haveKafka = brokers.length > 0

/** Names that no other test has. */
export const uniqueName = (name: string): string => `${name}-${randomUUID().slice(0, 8)}`

export function openKafkaLog(over: Partial<KafkaLogOptions> = {}): KafkaLog {
  return new KafkaLog({
    ...{ brokers, clientId: 'foretide-test', prefix: 'test', clock: systemClock },
    ...{ sessionMs: 6_000, heartbeatMs: 300 },
    ...over,
  })
}

/** An owner outside of the group: it takes `partitions`, whoever has them. */
export const fixedMembership =
  (partitions: readonly number[]): Membership =>
  () =>
    new Observable((subscriber) => of(partitions).subscribe((mine) => subscriber.next(mine)))
