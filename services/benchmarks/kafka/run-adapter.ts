import { mergeMap } from 'rxjs'
import type { Clock } from '#shared/clock/clock'
import { KafkaLog } from '#shared/log/kafka/kafka-log'
import type { Ownership } from '#shared/log/port'
import type { MoverTask } from './contestant.js'
import type { OutputTape } from './output-tape.js'

/** The adapter with a line that computes nothing: one batch in flight for each partition, as in a forecaster. */
export async function runAdapter(
  { brokers, input, topics, prefix, batchMax }: MoverTask,
  tape: OutputTape,
  clock: Clock,
): Promise<void> {
  const log = new KafkaLog({ brokers, clientId: 'bench', prefix, clock })
  const move = async (own: Ownership) => {
    await own.settle(topics.state)
    for (let from = 0; ; ) {
      const { records, partition } = await own.next(from, batchMax)
      from = records.at(-1)!.offset + 1
      await own.commit(tape.play(topics, partition, records), from)
    }
  }
  await new Promise<void>((_, reject) => {
    log
      .ownerships(input, prefix)
      .pipe(mergeMap((own) => move(own)))
      .subscribe({ error: reject })
  })
}
