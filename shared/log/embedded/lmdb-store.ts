import { type Database, open, type RootDatabase } from 'lmdb'
import { ForetideError } from '#shared/errors/foretide-error'
import { makeFolder } from '#shared/files/make-folder'
import { LogUnavailableError } from '../errors.js'
import { requireLmdb } from './require-lmdb.js'

const FORMAT = 1

/** Key of a bookkeeping entry. */
export type EntryKey = (string | number)[]

/** That an entry still has this version. */
export interface Condition {
  readonly key: EntryKey
  readonly version: number
}

export interface Entry<T> {
  readonly value: T
  readonly version: number
}

/**
 * The LMDB environment: stored batches under binary keys, and bookkeeping entries with versions.
 *
 * `overlappingSync` is off, so LMDB's own commit flushes before it returns: what is visible is durable. Reads happen
 * in `snapshot`, which ends the read transaction before anything can be awaited. Errors of lmdb are wrapped here.
 */
export class LmdbStore {
  #broken: LogUnavailableError | null = null

  private constructor(
    readonly dir: string,
    private readonly root: RootDatabase,
    private readonly entries: Database<unknown, EntryKey>,
    private readonly batches: Database<Buffer, Buffer>,
  ) {}

  /** @throws LogUnavailableError when the folder cannot be opened, holds something else, or was written by a newer Foretide */
  static open(dir: string): LmdbStore {
    requireLmdb(dir)
    let store: LmdbStore
    try {
      makeFolder(dir)
      // Without `noSubdir` lmdb takes a path with a dot in it for a file.
      const root = open({ path: dir, noSubdir: false, overlappingSync: false, maxReaders: 512 })
      root.readerCheck()
      const entries = root.openDB<unknown, EntryKey>('entries', { encoding: 'json', useVersions: true })
      const batches = root.openDB<Buffer, Buffer>('batches', { encoding: 'binary', keyEncoding: 'binary' })
      store = new LmdbStore(dir, root, entries, batches)
    } catch (error) {
      throw new LogUnavailableError(
        `The log's folder ${dir} cannot be opened: ${reason(error)}. Check that it exists or can be created, and may be written.`,
        { cause: error },
      )
    }
    store.#checkFormat()
    return store
  }

  /** Read synchronously; all of it sees one state of the log, the newest. */
  snapshot<T>(read: () => T): T {
    try {
      this.root.resetReadTxn()
      return read()
    } catch (error) {
      throw this.#wrap(error, 'read')
    } finally {
      this.root.resetReadTxn()
    }
  }

  entry<T>(key: EntryKey): Entry<T> | null {
    const found = this.entries.getEntry(key)
    return found === undefined ? null : { value: found.value as T, version: found.version ?? 0 }
  }

  /** Entries whose key's first part is `prefix` (no other first part may begin with it). */
  entriesUnder<T>(prefix: string): { key: EntryKey; value: T }[] {
    const found: { key: EntryKey; value: T }[] = []
    for (const { key, value } of this.entries.getRange({ start: [prefix], end: [`${prefix}\u{10ffff}`] })) {
      found.push({ key, value: value as T })
    }
    return found
  }

  batch(key: Buffer): Buffer | null {
    return this.batches.getBinary(key) ?? null
  }

  /** The last key with `first` ≤ key ≤ `last`. */
  lastBatchKey(first: Buffer, last: Buffer): Buffer | null {
    const range = { start: last, end: first, inclusiveEnd: true, reverse: true, limit: 1 }
    for (const key of this.batches.getKeys(range)) return Buffer.from(key)
    return null
  }

  /** Up to `limit` keys with `first` ≤ key < `end`. */
  batchKeys(first: Buffer, end: Buffer, limit: number): Buffer[] {
    const keys: Buffer[] = []
    for (const key of this.batches.getKeys({ start: first, end, limit })) keys.push(Buffer.from(key))
    return keys
  }

  putEntry(key: EntryKey, value: unknown, version: number): void {
    void this.entries.put(key, value, version)
  }

  putBatch(key: Buffer, bytes: Buffer): void {
    void this.batches.put(key, bytes)
  }

  removeBatch(key: Buffer): void {
    void this.batches.remove(key)
  }

  /** Read and write in one transaction, synchronously; it is durable on return. For what is rare: it waits for the disk. */
  transact<T>(work: () => T): T {
    this.#checkWorking()
    try {
      return this.root.transactionSync(work)
    } catch (error) {
      throw this.#wrap(error, 'written')
    }
  }

  /**
   * Run `write`'s puts in one transaction if every condition holds then, off this thread.
   * Resolves when it is durable: true when written, false when a condition did not hold (nothing was written).
   */
  async writeIf(conditions: readonly Condition[], write: () => void): Promise<boolean> {
    this.#checkWorking()
    const outcomes: Promise<boolean>[] = []
    const nest = (level: number): void => {
      const condition = conditions[level]
      if (condition === undefined) write()
      else {
        outcomes.push(this.entries.ifVersion(condition.key, condition.version, () => nest(level + 1)))
      }
    }
    try {
      nest(0)
    } finally {
      await Promise.allSettled(outcomes)
    }
    try {
      return (await Promise.all(outcomes)).every((held) => held)
    } catch (error) {
      throw this.#wrap(await commitError(error), 'written')
    }
  }

  /** Only when nothing is being written. */
  async close(): Promise<void> {
    await this.root.close()
  }

  #checkFormat(): void {
    const found = this.transact(() => {
      const known = this.entry<{ format: number }>(['format'])
      if (known === null) this.putEntry(['format'], { format: FORMAT }, 1)
      return known?.value.format ?? FORMAT
    })
    if (found === FORMAT) return
    void this.root.close()
    throw new LogUnavailableError(
      `The log's folder ${this.dir} has format ${found}, and this Foretide reads format ${FORMAT}; run the version that wrote it, or use another folder.`,
    )
  }

  #checkWorking(): void {
    if (this.#broken) throw this.#broken
  }

  #wrap(error: unknown, what: 'read' | 'written'): ForetideError {
    if (error instanceof ForetideError) return error
    const wrapped = new LogUnavailableError(
      `The log in ${this.dir} could not be ${what}: ${reason(error)}. Check the disk (space, quota, permissions).`,
      { cause: error },
    )
    // After a failed write LMDB may refuse its environment in ways that lmdb does not check for: only reopening is safe.
    if (what === 'written') this.#broken = wrapped
    return wrapped
  }
}

/** lmdb rejects with a general error that holds a promise of the true one. */
async function commitError(error: unknown): Promise<unknown> {
  const held = error instanceof Error && 'commitError' in error ? error.commitError : undefined
  if (!(held instanceof Promise)) return error
  return held.then(
    () => error,
    (cause: unknown) => cause,
  )
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
