import { map } from 'rxjs'
import type { Log, Ownership, RecordBatch, Topic } from '#shared/log/port'

/** A log whose topics and groups have other names underneath, so that tests with fixed names do not meet in one broker. */
export class RenamedLog implements Log {
  constructor(
    private readonly inner: Log,
    private readonly prefix: string,
    /** Resolves when everything written to a topic can be seen: Kafka shows a transaction a moment after taking it. */
    private readonly shown: (topic: Topic) => Promise<void>,
  ) {}

  readonly #named = (topic: Topic) => `${this.prefix}.${topic}`
  readonly #batch = (batch: RecordBatch) => ({ ...batch, topic: batch.topic.slice(this.prefix.length + 1) })

  createTopics: Log['createTopics'] = (specs) =>
    this.inner.createTopics(specs.map((spec) => ({ ...spec, topic: this.#named(spec.topic) })))

  partitions: Log['partitions'] = (topic) => this.inner.partitions(this.#named(topic))

  bounds: Log['bounds'] = (topic, partition) => this.inner.bounds(this.#named(topic), partition)

  append: Log['append'] = async (topic, records) => {
    await this.inner.append(this.#named(topic), records)
    await this.shown(this.#named(topic))
  }

  close: Log['close'] = () => this.inner.close()

  async *read(...[topic, ...rest]: Parameters<Log['read']>) {
    for await (const batch of this.inner.read(this.#named(topic), ...rest)) yield this.#batch(batch)
  }

  ownerships: Log['ownerships'] = (input, group) =>
    this.inner.ownerships(this.#named(input), `${this.prefix}.${group}`).pipe(
      map(
        (own): Ownership => ({
          partition: own.partition,
          committed: own.committed,
          lost$: own.lost$,
          next: async (...of) => this.#batch(await own.next(...of)),
          commit: async (writes, position) => {
            const named = writes.map(({ topic, records }) => ({ topic: this.#named(topic), records }))
            await own.commit(named, position)
            for (const { topic } of named) await this.shown(topic)
          },
          settle: (topic) => own.settle(this.#named(topic)),
          release: () => own.release(),
        }),
      ),
    )
}
