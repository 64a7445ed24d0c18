import type { Log, LogRecord, Topic } from '#shared/log/port'

/** Every record that a partition holds, in order, without those that owners on Kafka leave for their place. */
export async function* topicRecords(log: Log, topic: Topic, partition: number): AsyncGenerator<LogRecord> {
  const { start, end } = await log.bounds(topic, partition)
  if (end === start) return
  for await (const { records } of log.read(topic, partition, start, end)) {
    for (const record of records) if (textOf(record.key) !== '@owner') yield record
  }
}

export function textOf(bytes: Uint8Array | null): string {
  return bytes === null
    ? 'null'
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

export function headerOf({ headers }: LogRecord, name: string): string | undefined {
  const found = headers.find(([other]) => other === name)
  return found && textOf(found[1])
}
