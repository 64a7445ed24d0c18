import type { Log } from '#shared/log/port'
import type { WeightsBoard } from './weights-board.js'

/** Keep the board up to date with a weights topic, whose records all stand in partition 0, until `signal` aborts. */
export async function followWeights(options: {
  readonly log: Log
  readonly topic: string
  readonly pipeline: string
  readonly board: WeightsBoard
  readonly signal: AbortSignal
}): Promise<void> {
  const { log, topic, pipeline, board, signal } = options
  const { start } = await log.bounds(topic, 0)
  for await (const batch of log.read(topic, 0, start, undefined, signal)) board.take(pipeline, batch)
}
