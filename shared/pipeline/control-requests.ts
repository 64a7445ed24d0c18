import type { SampleSpan } from '#shared/learning/sample-span'
import type { Log, LogRecord, Offset, Topic } from '#shared/log/port'
import type { Wire } from './wire.js'

/** What an operator asks for in a record of the control topic. */
export type ControlRecord =
  | { readonly kind: 'exclude'; readonly id: string; readonly span: SampleSpan }
  | { readonly kind: 'include'; readonly id: string }
  | { readonly kind: 'rewind'; readonly beforeMs: number | null }

export type ControlRequest = ControlRecord & { readonly offset: Offset }

/** Follows the control topic of a pipeline. A partition looks at it only between two batches, and records what it obeyed. */
export class ControlRequests {
  /** In the order of the topic. */
  readonly all: ControlRequest[] = []
  private next: Offset = 0

  constructor(private readonly wire: Wire) {}

  /** Read what the topic holds now and was not read before. */
  async catchUp(log: Log, topic: Topic): Promise<void> {
    const { start, end } = await log.bounds(topic, 0)
    const from = Math.max(start, this.next)
    if (end > from) for await (const { records } of log.read(topic, 0, from, end)) this.take(records)
    this.next = Math.max(this.next, end)
  }

  /** Follow the topic until `signal` aborts. */
  async follow(log: Log, topic: Topic, signal: AbortSignal): Promise<void> {
    for await (const { records } of log.read(topic, 0, this.next, undefined, signal)) this.take(records)
  }

  /** The spans that are marked as of a record of the topic, by id; without one, as of now. */
  spans(before: Offset = Number.POSITIVE_INFINITY): ReadonlyMap<string, SampleSpan> {
    const spans = new Map<string, SampleSpan>()
    for (const request of this.all) {
      if (request.offset >= before) break
      if (request.kind === 'exclude') spans.set(request.id, request.span)
      else if (request.kind === 'include') spans.delete(request.id)
    }
    return spans
  }

  private take(records: readonly LogRecord[]): void {
    for (const { offset, key, value } of records) {
      this.next = offset + 1
      const record = this.wire.readControl(key, value)
      if (record) this.all.push({ ...record, offset })
    }
  }
}
