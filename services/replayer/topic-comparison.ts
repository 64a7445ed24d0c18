import { findOffset } from '#shared/log/find-offset'
import type { Log, LogRecord, NewRecord, Offset, Topic } from '#shared/log/port'
import { outcomeIdentity } from './outcome-identity.js'
import { RecordCursor } from './record-cursor.js'

/** Where a replay and production part. */
export interface Difference {
  readonly topic: Topic
  readonly partition: number
  /** Of production's record; null where it has none. */
  readonly offset: Offset | null
  /** Of the input record whose outcome it is. */
  readonly inputOffset: Offset
  readonly part: 'key' | 'value' | 'headers' | 'missing' | 'surplus'
  /** What production holds there, and what the replay gives; null where there is nothing. */
  readonly production: string | null
  readonly replay: string | null
}

/**
 * Compares what a replay publishes with what production has in the same topic, record by record, in order.
 *
 * Without a grace the outcomes of a range of the input are a range of the topic. With one, a record's own offset may lie
 * before that of the record that released it, so that both ends of the range are found by the first outcome alone.
 */
export class TopicComparison {
  compared = 0
  /** Outcomes that production no longer holds: its retention has deleted them. */
  notKept = 0
  private cursor: RecordCursor | null = null
  /** Whether the first outcome of production that is to be compared has been found. */
  private aligned = false

  constructor(
    private readonly log: Log,
    private readonly topic: Topic,
    private readonly partition: number,
    private readonly range: { readonly from: Offset; readonly to: Offset },
    /** Outcomes stand in the order of the records that they belong to. */
    private readonly ordered: boolean,
  ) {}

  /** @returns the first difference */
  async take(records: readonly NewRecord[]): Promise<Difference | null> {
    for (const record of records) {
      const cursor = await this.open()
      if (!this.aligned && !(await this.align(cursor, record))) {
        this.notKept++
        continue
      }
      const production = await cursor.peek()
      const { offset: inputOffset } = outcomeIdentity(record)
      if (production === null) return this.difference('missing', inputOffset, null, record)
      const part = partOfDifference(production, record)
      if (part) return this.difference(part, inputOffset, production, record)
      this.compared++
      cursor.skip()
    }
    return null
  }

  /** @returns what production has beyond the replay's last outcome */
  async finish(): Promise<Difference | null> {
    if (!this.ordered) return null
    const next = await (await this.open()).peek()
    if (next === null) return null
    const { offset } = outcomeIdentity(next)
    return offset < this.range.to ? this.difference('surplus', offset, next, null) : null
  }

  async close(): Promise<void> {
    await this.cursor?.close()
  }

  private async open(): Promise<RecordCursor> {
    if (this.cursor) return this.cursor
    const bounds = await this.log.bounds(this.topic, this.partition)
    const at = this.ordered
      ? await findOffset(
          this.log,
          this.topic,
          this.partition,
          bounds,
          (record) => outcomeIdentity(record).offset >= this.range.from,
        )
      : bounds.start
    this.cursor = new RecordCursor(this.log, this.topic, this.partition, at, bounds)
    return this.cursor
  }

  /** @returns whether the cursor stands where `record` has to be; false while production no longer holds what is asked for */
  private async align(cursor: RecordCursor, record: NewRecord): Promise<boolean> {
    const wanted = outcomeIdentity(record)
    const { start } = cursor.bounds
    if (!this.ordered && cursor.at === start && (await this.contains(wanted.text))) {
      for (let next = await cursor.peek(); next; next = await cursor.peek()) {
        if (outcomeIdentity(next).text === wanted.text) break
        cursor.skip()
      }
      this.aligned = true
      return true
    }
    const first = await cursor.peek()
    if (start > 0 && cursor.at === start && first) {
      const kept = outcomeIdentity(first)
      // Of the outcomes of one record, some may have been deleted and some not.
      if (wanted.offset < kept.offset || (wanted.offset === kept.offset && wanted.text !== kept.text))
        return false
    }
    this.aligned = true
    return true
  }

  private async contains(text: string): Promise<boolean> {
    const { start, end } = await this.log.bounds(this.topic, this.partition)
    if (end === start) return false
    for await (const { records } of this.log.read(this.topic, this.partition, start, end)) {
      if (records.some((record) => outcomeIdentity(record).text === text)) return true
    }
    return false
  }

  private difference(
    part: Difference['part'],
    inputOffset: Offset,
    production: LogRecord | null,
    replay: NewRecord | null,
  ): Difference {
    const { topic, partition } = this
    const show = (record: NewRecord | LogRecord | null) => {
      if (record === null) return null
      if (part === 'headers')
        return JSON.stringify(record.headers.map(([name, value]) => [name, textOf(value)]))
      return textOf(part === 'key' ? record.key : record.value)
    }
    const offset = production?.offset ?? null
    return {
      ...{ topic, partition, offset, inputOffset, part },
      production: show(production),
      replay: show(replay),
    }
  }
}

function partOfDifference(a: LogRecord, b: NewRecord): 'key' | 'value' | 'headers' | null {
  if (!same(a.key, b.key)) return 'key'
  if (!same(a.value, b.value)) return 'value'
  const headers =
    a.headers.length === b.headers.length &&
    a.headers.every(([name, value], i) => name === b.headers[i]![0] && same(value, b.headers[i]![1]))
  return headers ? null : 'headers'
}

function same(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.compare(a, b) === 0
}

function textOf(bytes: Uint8Array | null): string {
  return bytes === null ? 'null' : Buffer.from(bytes).toString('utf8')
}
