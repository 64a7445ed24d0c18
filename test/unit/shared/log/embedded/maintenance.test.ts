import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { type EmbeddedLog, openEmbeddedLog } from '#shared/log/embedded/embedded-log'
import { RetentionGapError } from '#shared/log/errors'
import type { NewRecord, Ownership } from '#shared/log/port'
import { bytes, readAll, record, text, values } from '../../../../contract/log-contract.js'
import { StillClock } from './still-clock.js'

const HOUR = 3_600_000

describe('maintenance of an embedded log', () => {
  let dir: string
  let clock: StillClock
  let log: EmbeddedLog

  const reopen = async (): Promise<void> => {
    await log?.close()
    log = await openEmbeddedLog(dir, { clock, maintenance: { stepBytes: 2000 } })
  }

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'foretide-log-'))
    clock = new StillClock()
    await reopen()
  })

  afterEach(async () => {
    await log.close()
    await rm(dir, { recursive: true })
  })

  const keyed = (key: string, value: string | null): NewRecord =>
    record('', { key: bytes(key), value: value === null ? null : bytes(value) })

  describe('by retention', () => {
    it('deletes batches whose records are all too old, and keeps the newest', async () => {
      await log.createTopics([{ topic: 'in', partitions: 1, cleanup: 'delete', retentionMs: 1000 }])
      await log.append('in', [record('a', { timestamp: 0 })])
      await log.append('in', [record('b', { timestamp: 100 }), record('c', { timestamp: 500 })])
      await log.append('in', [record('d', { timestamp: 600 })])
      clock.time = 1000
      await log.maintain()
      expect(await values(log, 'in')).toEqual(['a', 'b', 'c', 'd'])
      clock.time = 1500
      await log.maintain()
      expect(await log.bounds('in', 0)).toEqual({ start: 1, end: 4 })
      expect(await values(log, 'in')).toEqual(['b', 'c', 'd'])
      clock.time = 1_000_000
      await log.maintain()
      expect(await log.bounds('in', 0)).toEqual({ start: 3, end: 4 })
    })

    it('deletes the oldest beyond so many bytes', async () => {
      await log.createTopics([{ topic: 'in', partitions: 1, cleanup: 'delete', retentionBytes: 10_500 }])
      for (let i = 0; i < 100; i++) await log.append('in', [record(`${i}`.padEnd(900))])
      await log.maintain()
      // 900 bytes of value, and less than 100 of the rest: eleven fit, twelve do not.
      expect(await log.bounds('in', 0)).toEqual({ start: 89, end: 100 })
      await reopen()
      await log.append('in', [record('x'.padEnd(900))])
      await log.maintain()
      expect(await log.bounds('in', 0)).toEqual({ start: 90, end: 101 })
    })

    it('is told to a consumer that was too slow', async () => {
      await log.createTopics([{ topic: 'in', partitions: 1, cleanup: 'delete', retentionMs: 1 }])
      for (const value of ['a', 'b', 'c']) await log.append('in', [record(value)])
      let held: Ownership | undefined
      log.ownerships('in', 'g').subscribe((one) => {
        held = one
      })
      expect((await held!.next(0, 1)).records.map(({ value }) => text(value))).toEqual(['a'])
      clock.time = HOUR
      await log.maintain()
      await expect(held!.next(1)).rejects.toThrow(RetentionGapError)
      expect((await held!.next(2)).records.map(({ value }) => text(value))).toEqual(['c'])
    })

    it('can be changed by creating the topic again', async () => {
      await log.createTopics([{ topic: 'in', partitions: 1, cleanup: 'delete' }])
      for (const value of ['a', 'b']) await log.append('in', [record(value)])
      await log.createTopics([{ topic: 'in', partitions: 1, cleanup: 'delete', retentionMs: 10 }])
      await log.createTopics([{ topic: 'in', partitions: 1, cleanup: 'delete' }])
      clock.time = HOUR
      await log.maintain()
      expect(await values(log, 'in')).toEqual(['b'])
    })
  })

  describe('by compaction', () => {
    beforeEach(() => log.createTopics([{ topic: 'state', partitions: 1, cleanup: 'compact' }]))

    it('keeps the last record of every key at its offset, and readers step over the gaps', async () => {
      await log.append('state', [keyed('a', '1'), keyed('b', '1'), keyed('a', '2')])
      await log.append('state', [keyed('a', '3'), keyed('c', '1'), keyed('c', '2'), keyed('c', '3')])
      await log.maintain()
      const kept = (await readAll(log, 'state')).map(({ offset, value }) => [offset, text(value)])
      expect(kept).toEqual([
        [1, '1'],
        [3, '3'],
        [6, '3'],
      ])
      expect(await log.bounds('state', 0)).toEqual({ start: 1, end: 7 })
      let held: Ownership | undefined
      log.ownerships('state', 'g').subscribe((one) => {
        held = one
      })
      expect((await held!.next(0, 2)).records.map(({ offset }) => offset)).toEqual([1, 3])
      expect((await held!.next(4)).records.map(({ offset }) => offset)).toEqual([6])
      await log.append('state', [keyed('d', '1')])
      expect((await readAll(log, 'state')).map(({ offset }) => offset)).toEqual([1, 3, 6, 7])
    })

    it('drops a tombstone an hour after it was seen, and not before', async () => {
      await log.append('state', [keyed('a', '1')])
      await log.append('state', [keyed('a', null)])
      await log.append('state', [keyed('b', '1')])
      await log.maintain()
      expect((await readAll(log, 'state')).map(({ offset }) => offset)).toEqual([1, 2])
      clock.time = HOUR - 1
      await log.maintain()
      expect((await readAll(log, 'state')).map(({ offset }) => offset)).toEqual([1, 2])
      clock.time = HOUR
      await log.maintain()
      expect((await readAll(log, 'state')).map(({ offset }) => offset)).toEqual([2])
      expect(await log.bounds('state', 0)).toEqual({ start: 2, end: 3 })
    })

    it('drops a tombstone in its time though an older one has been written again since', async () => {
      await log.append('state', [keyed('a', null)])
      await log.append('state', [keyed('b', null)])
      await log.append('state', [keyed('c', '1')])
      await log.maintain()
      clock.time = HOUR / 2
      await log.append('state', [keyed('a', null)])
      await log.maintain()
      expect((await readAll(log, 'state')).map(({ offset }) => offset)).toEqual([1, 2, 3])
      clock.time = HOUR
      await log.maintain()
      expect((await readAll(log, 'state')).map(({ offset }) => offset)).toEqual([2, 3])
    })

    it('of everything leaves an empty partition that goes on at its end', async () => {
      await log.append('state', [keyed('a', null)])
      await log.maintain()
      clock.time = HOUR
      await log.maintain()
      expect(await log.bounds('state', 0)).toEqual({ start: 1, end: 1 })
      await log.append('state', [keyed('a', '2')])
      expect((await readAll(log, 'state')).map(({ offset }) => offset)).toEqual([1])
    })

    it('always leaves what a map of the same records holds, over any interleaving with writes and restarts', async () => {
      let topics = 0
      const action = fc.oneof(
        {
          weight: 6,
          arbitrary: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.option(fc.nat(99))), {
            minLength: 1,
            maxLength: 6,
          }),
        },
        { weight: 3, arbitrary: fc.constant('maintain' as const) },
        { weight: 1, arbitrary: fc.constant('reopen' as const) },
        { weight: 1, arbitrary: fc.constant('hour' as const) },
      )
      await fc.assert(
        fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
          const topic = `state ${topics++}`
          await log.createTopics([{ topic, partitions: 1, cleanup: 'compact' }])
          const last = new Map<string, { offset: number; value: string | null }>()
          const sent: (string | null)[] = []
          for (const one of actions) {
            if (one === 'maintain') await log.maintain()
            else if (one === 'reopen') await reopen()
            else if (one === 'hour') clock.time += HOUR
            else {
              const written = one.map(([key, n]) => keyed(key, n === null ? null : `${n}`))
              for (const { key, value } of written) {
                last.set(text(key)!, { offset: sent.length, value: text(value) })
                sent.push(text(value))
              }
              await log.append(topic, written)
            }
            const read = await readAll(log, topic)
            const offsets = read.map(({ offset }) => offset)
            expect(offsets).toEqual([...offsets].sort((a, b) => a - b))
            for (const { offset, value } of read) expect(text(value)).toBe(sent[offset])
            for (const { offset, value } of last.values())
              if (value !== null) expect(offsets).toContain(offset)
          }
          // At rest no more than half of the records are dead, or dead but for a tombstone's last hour.
          await log.maintain()
          const read = await readAll(log, topic)
          const live = read.filter(({ key, offset }) => last.get(text(key)!)!.offset === offset)
          expect(read.length).toBeLessThanOrEqual(2 * live.length)
          expect((await log.bounds(topic, 0)).end).toBe(sent.length)
        }),
        { numRuns: 40 },
      )
    }, 60_000)
  })

  it('gives way to another maintainer, and takes over from it, without losing a record', async () => {
    await log.createTopics([{ topic: 'state', partitions: 1, cleanup: 'compact' }])
    const other = await openEmbeddedLog(dir, { clock })
    for (let i = 0; i < 40; i++) {
      await log.append('state', [keyed(`${i % 7}`, `${i}`), keyed(`${i % 3}`, `${i}`)])
      await (i % 2 ? log : other).maintain()
    }
    const last = new Map((await readAll(log, 'state')).map(({ key, value }) => [text(key), text(value)]))
    // By hand: key k ≤ 2 was last written by i ≡ k (mod 3) near 39, or by i ≡ k (mod 7).
    expect(Object.fromEntries(last)).toEqual({
      0: '39',
      1: '37',
      2: '38',
      3: '38',
      4: '39',
      5: '33',
      6: '34',
    })
    await other.close()
  })

  it('keeps the folder bounded by itself while 50 keys of 14 KB are rewritten by 2,000 commits', async () => {
    await log.close()
    log = await openEmbeddedLog(dir, { clock: systemClock, maintenance: { everyMs: 20 } })
    await log.createTopics([
      { topic: 'in', partitions: 1, cleanup: 'delete' },
      { topic: 'state', partitions: 1, cleanup: 'compact' },
    ])
    let held: Ownership | undefined
    log.ownerships('in', 'g').subscribe((one) => {
      held = one
    })
    const value = new Uint8Array(14 * 1024)
    for (let i = 0; i < 2000; i++) {
      // A commit rewrites five of the keys, so that all of them are rewritten every ten.
      const records = Array.from({ length: 5 }, (_, k) =>
        record('', { key: bytes(`${(5 * i + k) % 50}`), value }),
      )
      await held!.commit([{ topic: 'state', records }], i)
      // A reader that stands still must not keep LMDB from using the space again.
      if (i === 100) await log.read('state', 0, 0).next()
    }
    await log.maintain()
    expect((await readAll(log, 'state')).length).toBeLessThanOrEqual(100)
    // 140 MB were written, 0.7 MB of which are the last of their keys.
    expect((await stat(join(dir, 'data.mdb'))).size).toBeLessThan(40e6)
  }, 120_000)
})
