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
    const bounds = await Promise.all(
      Array.from({ length: partitions }, (_, partition) => this.log.bounds(this.topic, partition)),
    )
    // All at once: a reader that fails is heard from the first moment.
    const readers = bounds.map(({ start, end }, partition) =>
      this.follow(partition, Math.max(start, from[partition] ?? start), end),
    )
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
    if (end > first) {
      this.behind++
      await this.read(partition, first, end)
      this.behind--
    }
    await this.read(partition, Math.max(first, end))
  }

  private async read(partition: number, from: Offset, to?: Offset): Promise<void> {
    const { log, topic, signal } = this
    for await (const { records } of log.read(topic, partition, from, to, signal))
      this.take(partition, records)
  }
}
