import { setImmediate } from 'node:timers/promises'
import type { Observable } from 'rxjs'
import type { Clock } from '#shared/clock/clock'
import { LogUnavailableError } from '../errors.js'
import { Bell } from '../local/bell.js'
import { readPartition } from '../local/read-partition.js'
import type {
  Bounds,
  Log,
  NewRecord,
  Offset,
  Ownership,
  RecordBatch,
  Topic,
  TopicSpec,
  Writes,
} from '../port.js'
import { Claims, REFRESH_MS } from './claims.js'
import { LmdbStore } from './lmdb-store.js'
import { Maintenance, type MaintenanceOptions } from './maintenance.js'
import { OwnedGroups } from './owned-groups.js'
import { splitRecords } from './split-records.js'
import { StoredPartition } from './stored-partition.js'
import { TopicCatalogue } from './topic-catalogue.js'
import { WriteQueue } from './write-queue.js'

/** How soon a reader hears of what another process or thread wrote. */
const POLL_MS = 50

export interface EmbeddedLogOptions {
  readonly clock: Clock
  /** Own groups even when a living process owns them; that process then gets FencedError. Default: false. */
  readonly takeOver?: boolean
  readonly maintenance?: Partial<MaintenanceOptions>
}

/**
 * Open, or create, the log in a folder of this machine. Several processes and threads may have it open.
 * @throws LogUnavailableError when the folder cannot be used
 */
export async function openEmbeddedLog(dir: string, options: EmbeddedLogOptions): Promise<EmbeddedLog> {
  return new EmbeddedLog(LmdbStore.open(dir), options)
}

/** A durable log on LMDB. A write resolves when it is flushed; see `docs/decisions/0001-embedded-log-on-lmdb.md`. */
export class EmbeddedLog implements Log {
  readonly #topics: TopicCatalogue
  readonly #queue: WriteQueue
  readonly #groups: OwnedGroups
  readonly #maintenance: Maintenance
  readonly #partitions = new Map<string, StoredPartition>()
  readonly #closing = new AbortController()
  readonly #closed = new Bell()
  readonly #background: Promise<void>
  #close: Promise<void> | null = null

  constructor(
    private readonly store: LmdbStore,
    options: EmbeddedLogOptions,
  ) {
    const { clock } = options
    const claims = new Claims(store, clock)
    this.#topics = new TopicCatalogue(store)
    this.#queue = new WriteQueue(store, this.#topics, claims, ({ writes }) => {
      for (const { topic, partition } of writes) this.#partition(topic, partition).grown.ring()
    })
    this.#groups = new OwnedGroups({
      store,
      claims,
      takeOver: options.takeOver ?? false,
      topic: (topic) => this.#open().#topics.require(topic),
      partition: (topic, partition) => this.#partition(topic, partition),
      write: (writes, claim, position) => this.#write(writes, claim, position),
    })
    this.#maintenance = new Maintenance(store, this.#topics, claims, clock, options.maintenance)
    this.#background = Promise.all([this.#poll(clock), this.#maintenance.run(this.#closing.signal)]).then(
      () => undefined,
    )
  }

  async createTopics(specs: readonly TopicSpec[]): Promise<void> {
    this.#open().#topics.create(specs)
  }

  async partitions(topic: Topic): Promise<number> {
    return this.#open().#topics.find(topic)?.partitions ?? 0
  }

  async bounds(topic: Topic, partition: number): Promise<Bounds> {
    return this.#open().#partition(topic, partition).bounds()
  }

  ownerships(input: Topic, group: string): Observable<Ownership> {
    return this.#groups.own(input, group)
  }

  async *read(
    topic: Topic,
    partition: number,
    from: Offset,
    to?: Offset,
    signal?: AbortSignal,
  ): AsyncGenerator<RecordBatch, void, undefined> {
    const closing = { closed: this.#closed, check: () => void this.#open() }
    for await (const batch of readPartition(
      this.#open().#partition(topic, partition),
      closing,
      from,
      to,
      signal,
    )) {
      yield batch
      // Reads do not wait for the disk: without this a long one would keep everything else of this thread from running.
      await setImmediate()
    }
  }

  async append(topic: Topic, records: readonly NewRecord[]): Promise<void> {
    await this.#write([{ topic, records }])
  }

  /** Delete by retention and compact, until there is nothing left to do. (It also happens by itself, in small steps.) */
  async maintain(): Promise<void> {
    await this.#open().#maintenance.finish()
  }

  close(): Promise<void> {
    this.#close ??= this.#shut()
    return this.#close
  }

  async #shut(): Promise<void> {
    this.#closing.abort()
    this.#closed.ring()
    await this.#queue.drained()
    this.#groups.releaseAll()
    await this.#background
    await this.store.close()
  }

  async #write(
    writes: Writes,
    claim?: Parameters<WriteQueue['write']>[0]['claim'],
    position?: Parameters<WriteQueue['write']>[0]['position'],
  ): Promise<void> {
    this.#open()
    for (const { topic, records } of writes) {
      this.#topics.require(topic)
      for (const { partition } of records) this.#topics.require(topic, partition)
    }
    if (position === undefined && writes.every(({ records }) => records.length === 0)) return
    await this.#queue.write({ writes: splitRecords(writes), claim, position })
  }

  #partition(topic: Topic, partition: number): StoredPartition {
    const stored = this.#topics.require(topic, partition)
    const name = `${partition} ${topic}`
    let found = this.#partitions.get(name)
    if (!found) {
      found = new StoredPartition(this.store, stored, partition)
      this.#partitions.set(name, found)
    }
    return found
  }

  #open(): this {
    if (this.#closing.signal.aborted) throw new LogUnavailableError('The log is closed; open it again.')
    return this
  }

  /** What other processes did: wakes readers whose partition has grown, and notices groups that were taken. */
  async #poll(clock: Clock): Promise<void> {
    const { signal } = this.#closing
    const ends = new Map<StoredPartition, Offset>()
    let refreshed = clock.now()
    for (;;) {
      await clock.sleep(POLL_MS, signal)
      if (signal.aborted) return
      try {
        for (const partition of this.#partitions.values()) {
          if (!partition.grown.awaited) continue
          const end = partition.end()
          if (ends.get(partition) !== end) partition.grown.ring()
          ends.set(partition, end)
        }
        this.#groups.check()
        if (clock.now() - refreshed < REFRESH_MS) continue
        refreshed = clock.now()
        await this.#groups.refresh()
      } catch (error) {
        // The store keeps the failure, and the next call of a caller rejects with it; waiting readers look again now.
        if (!(error instanceof LogUnavailableError)) throw error
        for (const partition of this.#partitions.values()) partition.grown.ring()
      }
    }
  }
}
