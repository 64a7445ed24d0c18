import { setMaxListeners } from 'node:events'
import type { Hono } from 'hono'
import { ForecastBoard } from '#services/gateway/forecast-board'
import { type AppParts, gatewayApp } from '#services/gateway/gateway-app'
import type { GatewayPipeline } from '#services/gateway/gateway-options'
import { ScoreBoard } from '#services/gateway/score-board'
import { WeightsBoard } from '#services/gateway/weights-board'
import { systemClock } from '#shared/clock/system-clock'
import type { ForecastMessage } from '#shared/contracts/forecast'
import { pipelineTopics } from '#shared/contracts/topics'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { StructuredLog } from '#shared/telemetry/structured-log'
import { forecastRecord, HOUR_MS } from './made-up-forecasts.js'

/** Notes that nobody reads. */
export const silentNotes: StructuredLog = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

export function gatewayPipeline(name: string, partitions = 3): GatewayPipeline {
  return {
    name,
    topics: pipelineTopics('foretide', name),
    inputTopic: name,
    partitions,
    cadenceMs: HOUR_MS,
    horizon: 24,
  }
}

/** A memory log with the input, forecasts, scores and weights topics of the pipelines. */
export async function logFor(pipelines: readonly GatewayPipeline[]): Promise<MemoryLog> {
  const log = new MemoryLog()
  await log.createTopics(
    pipelines.flatMap(({ inputTopic, topics, partitions }) => [
      { topic: inputTopic, partitions, cleanup: 'delete' as const },
      { topic: topics.forecasts, partitions, cleanup: 'delete' as const },
      { topic: topics.scores, partitions, cleanup: 'delete' as const },
      { topic: topics.weights, partitions, cleanup: 'compact' as const },
    ]),
  )
  return log
}

export interface Gateway {
  readonly app: Hono
  readonly log: MemoryLog
  readonly board: ForecastBoard
  readonly weights: WeightsBoard
  readonly scores: ScoreBoard
  readonly closing: AbortController
  /** Put forecasts straight onto the board. */
  show(...messages: ForecastMessage[]): void
}

export async function gateway(names: string[], parts: Partial<AppParts> = {}): Promise<Gateway> {
  const pipelines = names.map((name) => gatewayPipeline(name))
  const log = await logFor(pipelines)
  const board = new ForecastBoard(names, { seriesMax: 100, originsMax: 50 })
  const weights = new WeightsBoard()
  const scores = new ScoreBoard(100)
  const closing = new AbortController()
  setMaxListeners(0, closing.signal)
  const app = gatewayApp({
    log,
    pipelines,
    board,
    weights,
    scores,
    elsewhere: [],
    clock: systemClock,
    metricsText: async () => 'foretide_up 1\n',
    readiness: () => ({ ready: true, reason: 'forecasting' }),
    status: () => ({ pipelines: [], logAway: null }),
    closing: closing.signal,
    pageFolder: '/nonexistent',
    ...parts,
  })
  const show = (...messages: ForecastMessage[]) => {
    for (const message of messages) {
      const record = { offset: 0, ...forecastRecord(message) }
      board.take(message.pipeline, {
        topic: '',
        partition: record.partition,
        records: [record],
        endOffset: 1,
      })
    }
  }
  return { app, log, board, weights, scores, closing, show }
}
