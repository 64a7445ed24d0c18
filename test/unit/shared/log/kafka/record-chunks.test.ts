import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChunkAssembler, chunkRecord } from '#shared/log/kafka/record-chunks'
import type { LogRecord, NewRecord } from '#shared/log/port'

const MB = 1024 * 1024
/** Bytes that differ along the way. */
const bytes = (size: number) => Buffer.alloc(size, Buffer.from(Array.from({ length: 251 }, (_, i) => i)))
const record = (size: number, over: Partial<NewRecord> = {}): NewRecord => ({
  ...{ partition: 0, key: Buffer.from('k'), value: bytes(size), timestamp: 7 },
  headers: [['h', Buffer.from('1')]],
  ...over,
})
const stored = (records: readonly NewRecord[], from = 0): LogRecord[] =>
  records.map(({ key, value, headers, timestamp }, i) => ({
    offset: from + i,
    key,
    value,
    headers,
    timestamp,
  }))
const shown = (records: readonly LogRecord[]) =>
  records.map(({ key, value, headers, timestamp }) => ({
    key: key && Buffer.from(key).toString('latin1'),
    value: value && Buffer.from(value).toString('latin1'),
    headers: headers.map(([name, of]) => [name, Buffer.from(of).toString('latin1')]),
    timestamp,
  }))

describe('a record too large for a batch', () => {
  it('goes in chunks below 768 KB, each with a key of its own, the last with the record’s', () => {
    const chunks = chunkRecord(record(2 * MB))
    expect(chunks.map(({ value }) => value!.length)).toEqual([655_360, 655_360, 655_360, 131_072])
    expect(new Set(chunks.map(({ key }) => Buffer.from(key!).toString('latin1'))).size).toBe(4)
    expect(Buffer.from(chunks[3]!.key!).toString()).toBe('k')
    expect(chunkRecord(record(655_360))).toHaveLength(1)
    expect(chunkRecord(record(0, { value: null }))).toHaveLength(1)
  })

  it('is one record again with the offset of its last chunk, wherever fetches end', () => {
    const written = [record(10), record(2 * MB), record(20), record(MB, { key: null }), record(30)]
    const log = stored(written.flatMap(chunkRecord))
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 9, maxLength: 9 }), (sizes) => {
        const reader = new ChunkAssembler()
        const read: LogRecord[] = []
        for (let at = 0; at < log.length; ) {
          const next = Math.min(log.length, at + sizes.shift()!)
          read.push(...reader.join(at, log.slice(at, next), next))
          // A fetch that brings nothing, and one further back, whose answer nobody waits for.
          reader.join(next, [], next)
          reader.join(0, log.slice(0, 3), 3)
          at = next
        }
        expect(shown(read)).toEqual(shown(stored(written)))
        expect(read.map(({ offset }) => offset)).toEqual([0, 4, 5, 7, 8])
      }),
      { numRuns: 15 },
    )
  })

  it('is none without its beginning, or with chunks of another between', () => {
    const [a, b] = [chunkRecord(record(2 * MB)), chunkRecord(record(2 * MB + 1))]
    const join = (records: readonly NewRecord[]) =>
      new ChunkAssembler().join(0, stored(records), records.length)
    expect(join(a.slice(1))).toEqual([])
    expect(join([...a.slice(0, 2), ...b.slice(2)])).toEqual([])
    expect(join([...a.slice(0, 2), ...b])).toHaveLength(1)
    expect(join([a[0]!, record(5), ...a.slice(1)])).toHaveLength(1)
  })

  it('is forgotten when four others have been begun since at other places', () => {
    const [first, ...rest] = chunkRecord(record(2 * MB))
    const reader = new ChunkAssembler()
    for (let begun = 0; begun < 5; begun++)
      reader.join(100 * begun, stored([first!], 100 * begun), 100 * begun + 1)
    expect(reader.join(1, stored(rest, 1), 4)).toEqual([])
    expect(reader.join(101, stored(rest, 101), 104)).toHaveLength(1)
    expect(reader.join(401, stored(rest, 401), 404)).toHaveLength(1)
  })

  it('is left as it is when another wrote a header of that name', () => {
    const foreign = stored([record(5, { headers: [['foretide-chunk', Buffer.from('mine')]] })])
    expect(new ChunkAssembler().join(0, foreign, 1)).toEqual(foreign)
  })
})
