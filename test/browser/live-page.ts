import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RunningGateway, runGateway } from '#services/gateway/run-gateway'
import { systemClock } from '#shared/clock/system-clock'
import type { ForecastMessage } from '#shared/contracts/forecast'
import type { MemoryLog } from '#shared/log/memory/memory-log'
import type { GradientFlowFigures } from '#shared/recurrent/gradient-flow-figures'
import type { PlatformStatus } from '#shared/telemetry/platform-status'
import { gatewayPipeline, logFor, silentNotes } from '../unit/services/gateway/gateway-setup.js'
import {
  forecastRecord,
  HOUR_MS,
  type MadeUp,
  madeUpForecast,
  repeatableNumbers,
} from '../unit/services/gateway/made-up-forecasts.js'
import { weightsRecordWith } from '../unit/services/gateway/made-up-gradients.js'

export const START_MS = Date.UTC(2001, 0, 8)
const PARTITIONS = 3

/** A gateway with the freshly bundled page, on made-up forecasts. */
export interface LivePage {
  readonly url: string
  readonly log: MemoryLog
  publish(...messages: ForecastMessage[]): Promise<void>
  publishWeights(pipeline: string, version: number, flow: GradientFlowFigures | null): Promise<void>
  close(): Promise<void>
}

export async function livePage(options: {
  readonly pipelines: readonly string[]
  readonly status?: () => PlatformStatus
  readonly token?: string
  readonly port?: number
}): Promise<LivePage> {
  const folder = await mkdtemp(join(tmpdir(), 'foretide-page-'))
  const { buildPage } = (await import(
    fileURLToPath(new URL('../../bin/build-page.mjs', import.meta.url))
  )) as { buildPage: (folder: string) => Promise<void> }
  await buildPage(folder)
  const pipelines = options.pipelines.map((name) => gatewayPipeline(name, PARTITIONS))
  const log = await logFor(pipelines)
  const gateway: RunningGateway = await runGateway({
    log,
    pipelines,
    host: '127.0.0.1',
    port: options.port ?? 0,
    ...(options.token === undefined ? {} : { token: options.token }),
    clock: systemClock,
    notes: silentNotes,
    metricsText: async () => '',
    readiness: () => ({ ready: true, reason: 'forecasting' }),
    status: options.status ?? (() => statusOf(options.pipelines)),
    signal: new AbortController().signal,
    pageFolder: folder,
  })
  return {
    url: gateway.url,
    log,
    publish: async (...messages) => {
      for (const { name, topics } of pipelines) {
        const records = messages.filter((message) => message.pipeline === name).map(forecastRecord)
        if (records.length > 0) await log.append(topics.forecasts, records)
      }
    },
    publishWeights: async (name, version, flow) => {
      const { topics } = pipelines.find((each) => each.name === name)!
      await log.append(topics.weights, [weightsRecordWith(version, flow)])
    },
    close: async () => {
      await gateway.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export function statusOf(pipelines: readonly string[]): PlatformStatus {
  return {
    pipelines: pipelines.map((pipeline) => ({
      pipeline,
      eventsPerSecond: 1_184,
      lagRecords: 0,
      seriesHeld: 50,
      servingVersion: 4,
      lastTraining: { atMs: START_MS + 9 * 24 * HOUR_MS, result: 'challenger', loss: 0.4127 },
      training: null,
      trainerGivenUp: false,
      coverage80: 0.797,
      mase: 0.784,
      feed: { sent: 93_412, total: 217_200, eventTimeMs: START_MS + 14 * 24 * HOUR_MS, done: false },
    })),
    logAway: null,
  }
}

/** A series with a day's rhythm, and forecasts of it that are about right: bands widen with the lead. */
export function madeUpSeries(series: string, seed: number, more: Partial<MadeUp> = {}) {
  const random = repeatableNumbers(seed)
  const level = 20 + 60 * random()
  const swing = level * (0.3 + 0.4 * random())
  const phase = 4 * random()
  const noise = level * 0.07
  const skill = 0.45 * random() - 0.08
  const clean = (hour: number) => {
    const day = Math.sin(((hour - 8 - phase) / 24) * 2 * Math.PI)
    return level + swing * day + 0.25 * swing * Math.sin((hour / 12) * 2 * Math.PI)
  }
  const values: number[] = []
  let drift = 0
  const valueAt = (hour: number) => {
    while (values.length <= hour) {
      drift = 0.8 * drift + noise * (random() + random() + random() - 1.5)
      const spike = values.length % 131 === 97 ? swing * 1.3 : 0
      values.push(Math.max(0, clean(values.length) + drift + spike))
    }
    return values[hour]!
  }
  return (hour: number): ForecastMessage =>
    madeUpForecast({
      series,
      originMs: START_MS + hour * HOUR_MS,
      value: valueAt(hour),
      median: (lead) => clean(hour + lead) + (valueAt(hour) - clean(hour)) * 0.75 ** lead,
      spread: (lead) => noise * (0.7 + 0.5 * Math.log2(1 + lead)),
      anomaly: hour % 131 === 97,
      version: 1 + Math.floor(hour / 120),
      skill: [skill + 0.09, skill, skill - 0.06],
      offset: hour,
      partition: seed % PARTITIONS,
      ...more,
    })
}
