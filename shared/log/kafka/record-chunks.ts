import { createHash } from 'node:crypto'
import { LogUnavailableError } from '../errors.js'
import type { Header, LogRecord, NewRecord, Offset } from '../port.js'

/** Of a value; with key and headers a chunk stays below what brokers take by default. */
const CHUNK_BYTES = 640 * 1024
/** Larger values are no chunks of ours. */
const CHUNKS_MAX = 512
/** Value: which record it is of, which chunk, of how many. */
const CHUNK_HEADER = 'foretide-chunk'
/** Groups that are read half; a reader has one, and a second where it went back. */
const OPEN_MAX = 4

/** Whether a record is too large to be written as one. */
export function isChunked({ value }: NewRecord): boolean {
  return value !== null && value.length > CHUNK_BYTES
}

/**
 * A record whose value is too large for a batch as several, to be written in one transaction. The last has the record's key and stands
 * for it: its header is the manifest of the others, whose keys are their own, so that compaction keeps them as long.
 * @throws LogUnavailableError beyond 320 MB
 */
export function chunkRecord(record: NewRecord): readonly NewRecord[] {
  const { key, value, headers } = record
  if (value === null || !isChunked(record)) return [record]
  const count = Math.ceil(value.length / CHUNK_BYTES)
  if (count > CHUNKS_MAX)
    throw new LogUnavailableError('A record of more than 320 MB cannot be written; make it smaller.')
  const group = createHash('sha256').update(value).digest('hex').slice(0, 16)
  return Array.from({ length: count }, (_, i) => {
    const last = i === count - 1
    const manifest: Header = [CHUNK_HEADER, Buffer.from(`${group} ${i} ${count}`)]
    return {
      ...record,
      key: last || key === null ? key : Buffer.concat([key, Buffer.from(`\0chunk ${i}`)]),
      value: value.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES),
      headers: last ? [...headers, manifest] : [manifest],
    }
  })
}

interface Chunk {
  readonly group: string
  readonly index: number
  readonly count: number
}

interface OpenGroup {
  readonly group: string
  readonly parts: readonly Uint8Array[]
}

/** Puts together again what `chunkRecord` took apart. Chunks whose others are not there are no record. */
export class ChunkAssembler {
  /** By the offset from which the next fetch goes on. */
  readonly #open = new Map<Offset, OpenGroup>()

  /**
   * @param records read from `from` on, in order
   * @param next where the reader goes on
   */
  join(from: Offset, records: LogRecord[], next: Offset): LogRecord[] {
    let open = this.#open.get(from)
    const chunked = records.some(({ headers }) => headers.some(([name]) => name === CHUNK_HEADER))
    if (!chunked) {
      if (open !== undefined) this.#keep(next, records.length === 0 ? open : undefined)
      return records
    }
    const joined: LogRecord[] = []
    for (const record of records) {
      const chunk = readChunk(record.headers)
      if (chunk === null || record.value === null) {
        open = undefined
        joined.push(record)
        continue
      }
      if (chunk.index === 0) open = { group: chunk.group, parts: [] }
      if (open?.group !== chunk.group || open.parts.length !== chunk.index) {
        open = undefined
        continue
      }
      open = { group: chunk.group, parts: [...open.parts, record.value] }
      if (open.parts.length < chunk.count) continue
      const headers = record.headers.filter(([name]) => name !== CHUNK_HEADER)
      joined.push({ ...record, headers, value: Buffer.concat(open.parts) })
      open = undefined
    }
    this.#keep(next, open)
    return joined
  }

  #keep(next: Offset, open: OpenGroup | undefined): void {
    this.#open.delete(next)
    if (open === undefined) return
    this.#open.set(next, open)
    if (this.#open.size > OPEN_MAX) this.#open.delete(this.#open.keys().next().value!)
  }
}

function readChunk(headers: readonly Header[]): Chunk | null {
  const header = headers.find(([name]) => name === CHUNK_HEADER)
  if (header === undefined) return null
  const found = /^([0-9a-f]{16}) (\d{1,3}) (\d{1,3})$/.exec(Buffer.from(header[1]).toString('latin1'))
  if (found === null) return null
  const [group, index, count] = [found[1]!, Number(found[2]), Number(found[3])]
  return index < count && count <= CHUNKS_MAX ? { group, index, count } : null
}
