import fc from 'fast-check'
import { firstValueFrom, type Subscription } from 'rxjs'
import { take, toArray } from 'rxjs/operators'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  FencedError,
  GroupTakenError,
  LogUnavailableError,
  OwnershipLostError,
  RetentionGapError,
  TopicMismatchError,
  UnknownTopicError,
} from '#shared/log/errors'
import type {
  Guarantee,
  Log,
  LogRecord,
  NewRecord,
  Offset,
  Ownership,
  TopicSpec,
  Writes,
} from '#shared/log/port'

const IN: TopicSpec = { topic: 'in', partitions: 2, cleanup: 'delete' }
const OUT: TopicSpec = { topic: 'out', partitions: 2, cleanup: 'delete' }
const STATE: TopicSpec = { topic: 'state', partitions: 2, cleanup: 'compact' }

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const text = (value: Uint8Array | null): string | null => value && Buffer.from(value).toString()

export function record(value: string, over: Partial<NewRecord> = {}): NewRecord {
  return { partition: 0, key: bytes('k'), value: bytes(value), headers: [], timestamp: 1000, ...over }
}

export async function readAll(
  log: Log,
  topic: string,
  partition = 0,
  from: Offset = 0,
): Promise<LogRecord[]> {
  const { end } = await log.bounds(topic, partition)
  const records: LogRecord[] = []
  for await (const batch of log.read(topic, partition, from, end)) records.push(...batch.records)
  return records
}

export const values = async (log: Log, topic: string, partition = 0, from: Offset = 0) =>
  (await readAll(log, topic, partition, from)).map(({ value }) => text(value))

/** A log under test, and how to get a second owner past a living one. */
export interface LogUnderTest {
  readonly log: Log
  /** Makes the log's owners zombies and returns a log whose group can be owned. */
  fence(): Promise<Log>
  /** A record that the next commit cannot store, though it can store what goes before. Absent: there is no such fault. */
  unstorable?(): NewRecord
  /** Deletes the records of `in` partition 0 before `offset`, as retention would. Absent: deleted in another test. */
  deleteBefore?(offset: Offset): Promise<void>
  cleanUp(): Promise<void>
}

/** Where logs may differ. */
export interface LogTraits {
  /** A group has one owner at a time, and a second is refused; or else owners share its partitions. */
  readonly exclusive: boolean
  /** Records stand side by side; or else the ends of transactions, and the chunks of large records, take offsets too. */
  readonly contiguous: boolean
  readonly guarantee?: Guarantee
  /** Nothing of a zombie is stored; or else, at least once, nothing that goes last, once the next owner has settled. */
  readonly fencesAll?: boolean
}

/** What every log does, sentence by sentence of `shared/log/port.ts`. */
export function describeLog(
  name: string,
  open: () => Promise<LogUnderTest>,
  { exclusive, contiguous, guarantee = 'exactly-once', fencesAll = true }: LogTraits = {
    exclusive: true,
    contiguous: true,
  },
): void {
  describe(`${name}: the log contract, ${guarantee}`, () => {
    let under: LogUnderTest
    let log: Log
    const subscriptions: Subscription[] = []

    const own = (from: Log = log, group = 'g', input = 'in'): Promise<Ownership[]> =>
      new Promise((resolve, reject) => {
        const held: Ownership[] = []
        const subscription = from.ownerships(input, group).subscribe({
          next: (ownership) => {
            held.push(ownership)
            if (held.length === 2) resolve(held.sort((a, b) => a.partition - b.partition))
          },
          error: reject,
        })
        subscriptions.push(subscription)
      })

    /** The records of a topic, without what an owner leaves there for its place. */
    const written = async (from: Log, topic: string) =>
      (await readAll(from, topic)).filter(({ key }) => text(key) !== '@owner').map(({ value }) => text(value))
    const outputs = (from: Log) => written(from, 'out')
    const states = (from: Log) => written(from, 'state')

    beforeEach(async () => {
      under = await open()
      log = under.log
      await log.createTopics([IN, OUT, STATE])
    })

    afterEach(async () => {
      for (const subscription of subscriptions.splice(0)) subscription.unsubscribe()
      await under.cleanUp()
    })

    describe('topics', () => {
      it('are created once, and creating them again changes nothing', async () => {
        await log.append('in', [record('a')])
        await log.createTopics([IN, OUT, { topic: 'new', partitions: 7, cleanup: 'delete' }])
        expect(await values(log, 'in')).toEqual(['a'])
        expect(await log.partitions('in')).toBe(2)
        expect(await log.partitions('new')).toBe(7)
      })

      it('that were never created have no partitions, and cannot be used', async () => {
        expect(await log.partitions('none')).toBe(0)
        await expect(log.bounds('none', 0)).rejects.toThrow(UnknownTopicError)
        await expect(log.append('none', [record('a')])).rejects.toThrow(UnknownTopicError)
        await expect(log.read('none', 0, 0)[Symbol.asyncIterator]().next()).rejects.toThrow(UnknownTopicError)
        await expect(own(log, 'g', 'none')).rejects.toThrow(UnknownTopicError)
      })

      it('have no partitions beyond their last', async () => {
        await expect(log.bounds('in', 2)).rejects.toThrow(UnknownTopicError)
        await expect(log.append('in', [record('a'), record('b', { partition: 2 })])).rejects.toThrow(
          UnknownTopicError,
        )
        expect(await log.bounds('in', 0)).toEqual({ start: 0, end: 0 })
      })

      it('cannot be created again with other partitions or cleanup, and then nothing is created', async () => {
        const other: TopicSpec = { topic: 'other', partitions: 1, cleanup: 'delete' }
        await expect(log.createTopics([other, { ...IN, partitions: 3 }])).rejects.toThrow(TopicMismatchError)
        await expect(log.createTopics([{ ...IN, cleanup: 'compact' }])).rejects.toThrow(TopicMismatchError)
        expect(await log.partitions('other')).toBe(0)
      })
    })

    describe('append and bounds', () => {
      it('give each partition its own offsets from 0, in the order of the records', async () => {
        expect(await log.bounds('in', 0)).toEqual({ start: 0, end: 0 })
        await log.append('in', [record('a'), record('x', { partition: 1 }), record('b')])
        await log.append('in', [record('c')])
        const read = await readAll(log, 'in')
        expect(read.map(({ value }) => text(value))).toEqual(['a', 'b', 'c'])
        expect(await values(log, 'in', 1)).toEqual(['x'])
        const marker = contiguous ? 0 : 1
        expect(read.map(({ offset }) => offset)).toEqual([0, 1, 2 + marker])
        expect(await log.bounds('in', 0)).toEqual({ start: 0, end: 3 + marker })
        expect(await log.bounds('in', 1)).toEqual({ start: 0, end: 1 + marker })
      })

      it('accept no records at all', async () => {
        await log.append('in', [])
        expect(await log.bounds('in', 0)).toEqual({ start: 0, end: 0 })
      })

      it('keep concurrent appends whole and in order of the calls', async () => {
        const calls = Array.from({ length: 50 }, (_, i) =>
          log.append('in', [record(`${i}a`), record(`${i}b`)]),
        )
        await Promise.all(calls)
        expect(await values(log, 'in')).toEqual(
          Array.from({ length: 50 }, (_, i) => [`${i}a`, `${i}b`]).flat(),
        )
      })

      it('keep every byte of keys, values, headers and timestamps', async () => {
        const someBytes = fc.uint8Array({ maxLength: 40 })
        const someRecord = fc.record({
          partition: fc.constantFrom(0, 1),
          key: fc.option(someBytes),
          value: fc.option(someBytes),
          headers: fc.array(fc.tuple(fc.string({ unit: 'binary', maxLength: 9 }), someBytes), {
            maxLength: 4,
          }),
          timestamp: fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
        })
        await fc.assert(
          fc.asyncProperty(fc.array(someRecord, { minLength: 1, maxLength: 20 }), async (records) => {
            const starts = [(await log.bounds('out', 0)).end, (await log.bounds('out', 1)).end]
            await log.append('out', records)
            for (const partition of [0, 1]) {
              const sent = records.filter((one) => one.partition === partition)
              const read = await readAll(log, 'out', partition, starts[partition])
              expect(read.map(plain)).toEqual(sent.map(plain))
            }
          }),
          { numRuns: 40 },
        )
      })

      it('keep repeated header names, and their order', async () => {
        const headers = [
          ['b', bytes('1')],
          ['a', bytes('2')],
          ['b', bytes('3')],
        ] as const
        await log.append('in', [record('v', { headers })])
        const [read] = await readAll(log, 'in')
        expect(read!.headers.map(([header, value]) => [header, text(value)])).toEqual([
          ['b', '1'],
          ['a', '2'],
          ['b', '3'],
        ])
      })

      it('tell null from empty, in keys and in values', async () => {
        await log.append('in', [
          record('', { key: null }),
          record('', { key: bytes('') }),
          record('', { value: null }),
        ])
        const read = await readAll(log, 'in')
        expect(read.map(({ key, value }) => [text(key), text(value)])).toEqual([
          [null, ''],
          ['', ''],
          ['k', null],
        ])
      })

      it('take a Buffer as well as a Uint8Array, and keep no hold on either', async () => {
        const value = Buffer.from('before')
        const key = new Uint8Array([1, 2, 3])
        const header = Buffer.from('header')
        const done = log.append('in', [record('', { key, value, headers: [['h', header]] })])
        value.fill(0)
        key.fill(0)
        header.fill(0)
        await done
        const [read] = await readAll(log, 'in')
        expect(text(read!.value)).toBe('before')
        expect([...read!.key!]).toEqual([1, 2, 3])
        expect(text(read!.headers[0]![1])).toBe('header')
      })

      it('take records of 1 MB beside small ones', async () => {
        const large = Buffer.alloc(1024 * 1024, 'large')
        await log.append('in', [
          record('a'),
          record('', { value: large }),
          record('b'),
          record('', { value: large }),
        ])
        const read = await readAll(log, 'in')
        expect(read.map(({ value }) => value!.length)).toEqual([1, large.length, 1, large.length])
        if (contiguous) expect(read.map(({ offset }) => offset)).toEqual([0, 1, 2, 3])
        expect(Buffer.compare(read[3]!.value!, large)).toBe(0)
      })
    })

    describe('read', () => {
      const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `${from + i}`)

      it('starts anywhere, and ends before `to`', async () => {
        await log.append(
          'in',
          numbers(0, 3000).map((n) => record(n)),
        )
        const read: string[] = []
        for await (const batch of log.read('in', 0, 1234, 2345)) {
          expect(batch.records.length).toBeGreaterThan(0)
          expect(batch).toMatchObject({ topic: 'in', partition: 0, endOffset: 3000 })
          read.push(...batch.records.map(({ value }) => text(value)!))
        }
        expect(read).toEqual(numbers(1234, 2345))
      })

      it('yields nothing when `to` is not after `from`', async () => {
        await log.append('in', [record('a')])
        expect(await log.read('in', 0, 0, 0)[Symbol.asyncIterator]().next()).toMatchObject({ done: true })
        expect(await log.read('in', 0, 1, 1)[Symbol.asyncIterator]().next()).toMatchObject({ done: true })
      })

      it('waits for records that are not yet written, until `to`', async () => {
        await log.append('in', [record('a')])
        const read: (string | null)[] = []
        const reading = (async () => {
          for await (const batch of log.read('in', 0, 0, 3))
            read.push(...batch.records.map(({ value }) => text(value)))
        })()
        await log.append('in', [record('b')])
        await log.append('in', [record('c'), record('d')])
        await reading
        expect(read).toEqual(['a', 'b', 'c'])
      })

      it('follows a partition as it grows, until the signal aborts', async () => {
        const stop = new AbortController()
        const read: (string | null)[] = []
        await log.append('in', [record('first')])
        for await (const batch of log.read('in', 0, 0, undefined, stop.signal)) {
          read.push(...batch.records.map(({ value }) => text(value)))
          if (read.length === 5) stop.abort()
          else await log.append('in', [record(`${read.length}`)])
        }
        expect(read).toEqual(['first', '1', '2', '3', '4'])
      })

      it('ends at once when it waits and the signal aborts, or was aborted before', async () => {
        const stop = new AbortController()
        const pending = log.read('in', 0, 0, undefined, stop.signal)[Symbol.asyncIterator]().next()
        stop.abort()
        expect(await pending).toMatchObject({ done: true })
        expect(
          await log.read('in', 0, 0, undefined, stop.signal)[Symbol.asyncIterator]().next(),
        ).toMatchObject({ done: true })
      })

      it('disturbs no group', async () => {
        const [held] = await own()
        await log.append('in', [record('a')])
        expect(await values(log, 'in')).toEqual(['a'])
        expect((await held!.next(0)).records).toHaveLength(1)
      })
    })

    describe('ownership', () => {
      it('covers every partition once, with no position at first', async () => {
        const held = await own()
        expect(held.map(({ partition }) => partition).sort()).toEqual([0, 1])
        expect(held.map(({ committed }) => committed)).toEqual([null, null])
      })

      it.runIf(exclusive)('is refused to a second owner of the group, and says who has it', async () => {
        await own()
        const second = own()
        await expect(second).rejects.toThrow(GroupTakenError)
        await expect(second).rejects.toThrow(`${process.pid}`)
      })

      it('is per group and per topic', async () => {
        await own(log, 'g')
        await own(log, 'h')
        expect(await own(log, 'g', 'out')).toHaveLength(2)
      })

      it('goes to the next one after unsubscribing', async () => {
        const held = await firstValueFrom(log.ownerships('in', 'g').pipe(take(2), toArray()))
        await expect(held[0]!.commit([], 1)).rejects.toThrow(FencedError)
        expect(await own()).toHaveLength(2)
      })

      it('keeps the position of each partition and group for the next owner', async () => {
        const [p0, p1] = await own()
        await p0!.commit([], 7)
        await p0!.commit([], 8)
        await p1!.commit([], 3)
        for (const subscription of subscriptions.splice(0)) subscription.unsubscribe()
        const [next0, next1] = await own()
        // At least once the group is told now and then, and a new owner may come between.
        expect(fencesAll ? [8] : [7, 8]).toContain(next0!.committed)
        expect(next1!.committed).toBe(3)
        expect((await own(log, 'h')).map(({ committed }) => committed)).toEqual([null, null])
      })

      it('that is released ends a pending next, and tells lost$ once', async () => {
        const [held, other] = await own()
        const told: string[] = []
        held!.lost$.subscribe({ next: () => told.push('lost'), complete: () => told.push('done') })
        const pending = held!.next(0)
        await held!.release()
        await expect(pending).rejects.toThrow(OwnershipLostError)
        await expect(held!.next(0)).rejects.toThrow(OwnershipLostError)
        await expect(held!.commit([], 1)).rejects.toThrow(FencedError)
        await held!.release()
        expect(told).toEqual(['lost', 'done'])
        const late: string[] = []
        held!.lost$.subscribe({ next: () => late.push('lost'), complete: () => late.push('done') })
        expect(late).toEqual(['lost', 'done'])
        await other!.commit([], 5)
      })

      it('that is wholly released frees the group', async () => {
        for (const held of await own()) await held.release()
        expect(await own()).toHaveLength(2)
      })

      it.runIf(!fencesAll)('that was taken by another writes nothing that goes last', async () => {
        const [zombie] = await own()
        await zombie!.commit([{ topic: 'state', records: [record('mine')], order: 'last' }], 1)
        const after = await under.fence()
        const [owner] = await own(after)
        const end = await owner!.settle('state')
        const lost = firstValueFrom(zombie!.lost$, { defaultValue: 'completed' })
        const late: Writes = [
          { topic: 'out', records: [record('zombie')] },
          { topic: 'state', records: [record('zombie')], order: 'last' },
        ]
        await expect(zombie!.commit(late, 2)).rejects.toThrow(FencedError)
        await lost
        expect((await log.bounds('state', 0)).end).toBeLessThanOrEqual(end + 1)
        await owner!.commit([{ topic: 'state', records: [record('owner')], order: 'last' }], 2)
        expect(await states(after)).toEqual(['mine', 'owner'])
      })

      it.runIf(fencesAll)(
        'that was taken by another ends in FencedError, lost$ and OwnershipLostError, and writes nothing',
        async () => {
          const [zombie] = await own()
          await zombie!.commit([{ topic: 'out', records: [record('mine')] }], 1)
          const pending = zombie!.next(0)
          pending.catch(() => undefined)
          const lost = firstValueFrom(zombie!.lost$, { defaultValue: 'completed' })
          const after = await under.fence()
          const [owner] = await own(after)
          await expect(zombie!.commit([{ topic: 'out', records: [record('zombie')] }], 2)).rejects.toThrow(
            FencedError,
          )
          await lost
          await expect(pending).rejects.toThrow(OwnershipLostError)
          expect(owner!.committed).toBe(1)
          expect(await owner!.settle('out')).toBeGreaterThanOrEqual(1)
          expect(await outputs(after)).toEqual(['mine'])
          await owner!.commit([{ topic: 'out', records: [record('owner')] }], 2)
          expect(await outputs(after)).toEqual(['mine', 'owner'])
        },
      )

      it('settles what was committed before: read so far, all of it is there', async () => {
        const [held] = await own()
        await held!.commit([{ topic: 'state', records: [record('s1'), record('s2')] }], 1)
        const settled = await held!.settle('state')
        const seen: (string | null)[] = []
        for await (const batch of log.read('state', 0, 0, settled)) {
          for (const { key, value } of batch.records) if (text(key) !== '@owner') seen.push(text(value))
        }
        expect(seen).toEqual(['s1', 's2'])
        await expect(held!.settle('none')).rejects.toThrow(UnknownTopicError)
        await held!.release()
        await expect(held!.settle('state').then(() => held!.commit([], 9))).rejects.toThrow(FencedError)
      })
    })

    describe('next', () => {
      it('returns what is there, from the offset asked for, at most so many', async () => {
        await log.append(
          'in',
          Array.from({ length: 1200 }, (_, i) => record(`${i}`)),
        )
        const [held] = await own()
        const batch = await held!.next(700, 20)
        expect(batch.records.map(({ offset }) => offset)).toEqual(
          Array.from({ length: 20 }, (_, i) => 700 + i),
        )
        expect(batch).toMatchObject({ topic: 'in', partition: 0, endOffset: 1200 })
        expect((await held!.next(0)).records.length).toBeLessThanOrEqual(500)
        expect((await held!.next(1199)).records).toHaveLength(1)
      })

      it('waits for records of its own partition', async () => {
        const [p0, p1] = await own()
        let settled = false
        const pending = p0!.next(0).finally(() => {
          settled = true
        })
        await log.append('in', [record('x', { partition: 1 })])
        expect((await p1!.next(0)).records).toHaveLength(1)
        expect(settled).toBe(false)
        await log.append('in', [record('a')])
        expect((await pending).records.map(({ value }) => text(value))).toEqual(['a'])
      })

      it('refuses a position after the end', async () => {
        await log.append('in', [record('a')])
        const [held] = await own()
        await expect(held!.next(2)).rejects.toThrow(RetentionGapError)
      })

      it('refuses a position whose records were deleted, and read starts at the first kept', async () => {
        if (!under.deleteBefore) return
        for (const value of ['a', 'b', 'c']) await log.append('in', [record(value)])
        await under.deleteBefore(2)
        const [held] = await own()
        await expect(held!.next(1)).rejects.toThrow(RetentionGapError)
        expect((await held!.next(2)).records.map(({ value }) => text(value))).toEqual(['c'])
        expect(await log.bounds('in', 0)).toEqual({ start: 2, end: 3 })
        expect(await values(log, 'in')).toEqual(['c'])
      })
    })

    describe('commit', () => {
      it('makes writes to several topics and the position visible together', async () => {
        const [held] = await own()
        await held!.commit(
          [
            { topic: 'out', records: [record('o1'), record('o2', { partition: 1 })] },
            { topic: 'state', records: [record('s1')] },
            { topic: 'out', records: [record('o3')] },
          ],
          10,
        )
        expect(await values(log, 'out')).toEqual(['o1', 'o3'])
        expect(await values(log, 'out', 1)).toEqual(['o2'])
        expect(await values(log, 'state')).toEqual(['s1'])
      })

      it('keeps no hold on the bytes of writes once it has resolved', async () => {
        const [held] = await own()
        const memory = Buffer.alloc(16)
        for (const [i, word] of ['first', 'second', 'third'].entries()) {
          const value = memory.subarray(0, memory.write(word))
          await held!.commit([{ topic: 'out', records: [record('', { value })] }], i + 1)
          memory.fill(0)
        }
        expect(await values(log, 'out')).toEqual(['first', 'second', 'third'])
      })

      it('that fails leaves neither writes nor position', async () => {
        const [held] = await own()
        const failing = held!.commit(
          [
            { topic: 'out', records: [record('o1')] },
            { topic: 'none', records: [record('n')] },
          ],
          10,
        )
        await expect(failing).rejects.toThrow(UnknownTopicError)
        expect(await values(log, 'out')).toEqual([])
        for (const subscription of subscriptions.splice(0)) subscription.unsubscribe()
        expect((await own())[0]!.committed).toBe(null)
      })

      it('that cannot store what goes last leaves what went before only at least once, and is written again', async () => {
        const [held] = await own()
        if (!under.unstorable) return
        const writes = (last: NewRecord): Writes => [
          { topic: 'state', records: [last], order: 'last' },
          { topic: 'out', records: [record('o')] },
        ]
        await expect(held!.commit(writes(under.unstorable()), 10)).rejects.toThrow(LogUnavailableError)
        const once = guarantee === 'exactly-once' ? [] : ['o']
        expect(await outputs(log)).toEqual(once)
        expect(await states(log)).toEqual([])
        await held!.settle('state')
        await held!.commit(writes(record('s')), 10)
        expect(await outputs(log)).toEqual([...once, 'o'])
        expect(await states(log)).toEqual(['s'])
      })

      it('of one partition does not wait for, or disturb, another', async () => {
        const [p0, p1] = await own()
        await Promise.all([
          p0!.commit([{ topic: 'out', records: [record('a')] }], 1),
          p1!.commit([{ topic: 'out', records: [record('b', { partition: 1 })] }], 2),
          log.append('in', [record('c')]),
        ])
        expect(await values(log, 'out')).toEqual(['a'])
        expect(await values(log, 'out', 1)).toEqual(['b'])
      })
    })

    describe('close', () => {
      it('ends what is pending, refuses what comes after, and may be called again', async () => {
        const [held] = await own()
        const pendingNext = held!.next(0)
        const pendingRead = log.read('in', 0, 0)[Symbol.asyncIterator]().next()
        const outcomes = Promise.allSettled([pendingNext, pendingRead])
        await log.close()
        const [next, read] = await outcomes
        expect(next).toMatchObject({ reason: expect.any(OwnershipLostError) })
        expect(read).toMatchObject({ reason: expect.any(LogUnavailableError) })
        await expect(log.append('in', [record('a')])).rejects.toThrow(LogUnavailableError)
        await expect(log.bounds('in', 0)).rejects.toThrow(LogUnavailableError)
        await expect(own()).rejects.toThrow(LogUnavailableError)
        await log.close()
      })
    })
  })
}

function plain({
  key,
  value,
  headers,
  timestamp,
}: Pick<LogRecord, 'key' | 'value' | 'headers' | 'timestamp'>) {
  const hex = (part: Uint8Array | null) => part && Buffer.from(part).toString('hex')
  return {
    key: hex(key),
    value: hex(value),
    timestamp,
    headers: headers.map(([name, part]) => [name, hex(part)]),
  }
}
