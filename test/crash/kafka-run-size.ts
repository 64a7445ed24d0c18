/** How large a run on Kafka is: as its test says, or as FORETIDE_KAFKA_EVENTS, FORETIDE_KAFKA_SERIES and FORETIDE_CRASH_SEED say. */
export interface KafkaRunSize {
  /** Kills, or joins and leaves: FORETIDE_KAFKA_KILLS, FORETIDE_KAFKA_JOINS. */
  readonly faults: number
  readonly events: number
  readonly series: number
  readonly seed: number
}

export function kafkaRunSize(fault: 'KILLS' | 'JOINS', usual: Omit<KafkaRunSize, 'seed'>): KafkaRunSize {
  const { env } = process
  return {
    faults: Number(env[`FORETIDE_KAFKA_${fault}`] ?? usual.faults),
    events: Number(env.FORETIDE_KAFKA_EVENTS ?? usual.events),
    series: Number(env.FORETIDE_KAFKA_SERIES ?? usual.series),
    seed: Number(env.FORETIDE_CRASH_SEED ?? 1),
  }
}
