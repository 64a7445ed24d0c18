import type { Clock } from '#shared/clock/clock'
import type { Log, LogRecord, Topic } from '#shared/log/port'

/** So many partitions are followed at a time, each for so long. */
const FOLLOWED = 2
const TURN_MS = 2_500

/**
 * Follow the partitions of a topic as they grow, a few at a time, until `signal` aborts. All are alike, so that what is seen of each in its
 * turn stands for all; to read every record would take the cores that are measured.
 * @param onRecords is told of all records that come to a partition in its turn, as soon as they can be had
 */
export async function followByTurns(
  log: Log,
  topic: Topic,
  partitions: number,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  onRecords: (records: readonly LogRecord[]) => void,
): Promise<void> {
  const follow = async (partition: number, until: AbortSignal) => {
    const { end } = await log.bounds(topic, partition)
    for await (const { records } of log.read(topic, partition, end, undefined, until)) onRecords(records)
  }
  for (let first = 0; !signal.aborted; first = (first + FOLLOWED) % partitions) {
    const over = new AbortController()
    const until = AbortSignal.any([signal, over.signal])
    const following = Promise.all(
      Array.from({ length: Math.min(FOLLOWED, partitions) }, (_, i) =>
        follow((first + i) % partitions, until),
      ),
    )
    await Promise.race([clock.sleep(TURN_MS, until), following])
    over.abort()
    await following
  }
}
