import type { PipelineTopics } from '#shared/contracts/topics'

/** What moves the bytes: Foretide's adapter, or kafkajs as its users know it. */
export type MoverName = 'adapter' | 'kafkajs'

/** What a mover's process is told on its command line, as JSON. */
export interface MoverTask {
  readonly mover: MoverName
  readonly brokers: readonly string[]
  readonly input: string
  readonly topics: PipelineTopics
  /** Stands before group and transactional ids. */
  readonly prefix: string
  readonly batchMax: number
  /** File of an `OutputTape`. */
  readonly tape: string
}
