import { Observable, type Subscriber } from 'rxjs'
import { FencedError, GroupTakenError } from '../errors.js'
import { HeldPartition } from '../local/held-partition.js'
import type { Offset, Ownership, Topic, Writes } from '../port.js'
import type { Claim, Claims } from './claims.js'
import type { EntryKey, LmdbStore } from './lmdb-store.js'
import type { StoredPartition } from './stored-partition.js'
import type { StoredTopic } from './topic-catalogue.js'

interface Owner {
  readonly claim: Claim
  held: HeldPartition[]
  readonly subscriber: Subscriber<Ownership>
  readonly title: string
}

/** What the groups need of the log that they belong to. */
export interface OwningLog {
  readonly store: LmdbStore
  readonly claims: Claims
  /** Take groups from living owners too. */
  readonly takeOver: boolean
  topic(topic: Topic): StoredTopic
  partition(topic: Topic, partition: number): StoredPartition
  write(writes: Writes, claim: Claim, position: { key: EntryKey; offset: Offset }): Promise<void>
}

/** The consumer groups that this log owns. */
export class OwnedGroups {
  readonly #owners = new Set<Owner>()

  constructor(private readonly log: OwningLog) {}

  get any(): boolean {
    return this.#owners.size > 0
  }

  own(input: Topic, group: string): Observable<Ownership> {
    return new Observable((subscriber) => {
      try {
        const owner = this.#claim(input, group, subscriber)
        subscriber.add(() => this.#release(owner, owner.held))
        for (const held of [...owner.held]) if (held.ours) subscriber.next(held)
      } catch (error) {
        subscriber.error(error)
      }
    })
  }

  /** Let go of the groups that another process has taken. */
  check(): void {
    for (const owner of this.#owners) {
      if (!this.log.store.snapshot(() => this.log.claims.isOurs(owner.claim))) this.#lose(owner)
    }
  }

  async refresh(): Promise<void> {
    await Promise.all([...this.#owners].map(({ claim }) => this.log.claims.refresh(claim)))
  }

  releaseAll(): void {
    for (const owner of [...this.#owners]) {
      this.#release(owner, owner.held)
      owner.subscriber.complete()
    }
  }

  #claim(input: Topic, group: string, subscriber: Subscriber<Ownership>): Owner {
    const { store, claims, takeOver } = this.log
    const topic = this.log.topic(input)
    const title = `Group ${group} of topic ${input}`
    const claim = claims.claim(['owner', input, group], { takeOver })
    if ('takenBy' in claim) {
      const { pid, thread } = claim.takenBy
      const where = `process ${pid}${thread === 0 ? '' : `, thread ${thread},`}`
      throw new GroupTakenError(
        `${title} is owned by ${where} which is still running; stop it first, or use another group.`,
      )
    }
    const owner: Owner = { claim, held: [], subscriber, title }
    owner.held = Array.from({ length: topic.partitions }, (_, partition) => {
      const key: EntryKey = ['position', group, input, partition]
      const committed = store.snapshot(() => store.entry<Offset>(key)?.value ?? null)
      return new HeldPartition(this.log.partition(input, partition), committed, {
        commit: (_partition, writes, offset) => this.#commit(owner, writes, { key, offset }),
        release: async (held) => this.#release(owner, [held]),
        end: (topic, number) => this.log.partition(topic, number).end(),
      })
    })
    this.#owners.add(owner)
    return owner
  }

  async #commit(owner: Owner, writes: Writes, position: { key: EntryKey; offset: Offset }): Promise<void> {
    try {
      await this.log.write(writes, owner.claim, position)
    } catch (error) {
      if (error instanceof FencedError) this.#lose(owner)
      throw error
    }
  }

  #lose(owner: Owner): void {
    if (!this.#owners.delete(owner)) return
    for (const held of owner.held) held.lose()
    owner.subscriber.error(
      new GroupTakenError(`${owner.title} has been taken over by another process; stop one of the two.`),
    )
  }

  #release(owner: Owner, released: readonly HeldPartition[]): void {
    owner.held = owner.held.filter((held) => !released.includes(held))
    for (const held of released) held.lose()
    if (owner.held.length === 0 && this.#owners.delete(owner)) this.log.claims.release(owner.claim)
  }
}
