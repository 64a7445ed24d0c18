import { OwnershipLostError } from '#shared/log/errors'
import type { Log, LogRecord, Offset, Topic } from '#shared/log/port'

/** Reads every partition of a topic, from its first kept record or where it is told to begin, until told to stop. */
export class TopicReading {
  /** Resolves when every reader has stopped. */
  ended: Promise<void> = Promise.resolve()
  private behind = 0
  private failure: unknown = null

  constructor(
    private readonly log: Log,
    private readonly topic: Topic,
    private readonly signal: AbortSignal,
    private readonly take: (partition: number, records: readonly LogRecord[]) => void,
  ) {}

  /** What the topic held at the start has been read: deciding before that would take a part of the past for the whole. */
  get caughtUp(): boolean {
    return this.behind === 0
  }

  /** @param from offset in each partition */
  async start(from: readonly Offset[] = []): Promise<void> {
    const partitions = await this.log.partitions(this.topic)
    const readers: Promise<void>[] = []
    for (let partition = 0; partition < partitions; partition++) {
      const { start, end } = await this.log.bounds(this.topic, partition)
      const first = Math.max(start, from[partition] ?? start)
      if (end > first) this.behind++
      readers.push(this.follow(partition, first, end))
    }
    this.ended = Promise.all(readers).then(
      () => undefined,
      (error) => {
        this.failure = error
      },
    )
  }

  /** @throws what a reader failed with */
  check(): void {
    if (this.failure) throw this.failure
  }

  private async follow(partition: number, first: Offset, end: Offset): Promise<void> {
    let catchingUp = end > first
    try {
      for await (const batch of this.log.read(this.topic, partition, first, undefined, this.signal)) {
        this.take(partition, batch.records)
        const next = batch.records[batch.records.length - 1]!.offset + 1
        // In Kafka the end may lie behind markers, which no batch shows.
        if (catchingUp && next >= Math.min(end, batch.endOffset)) {
          catchingUp = false
          this.behind--
        }
      }
    } catch (error) {
      if (!(error instanceof OwnershipLostError)) throw error
    }
  }
}
