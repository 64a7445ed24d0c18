import type { Clock } from '#shared/clock/clock'
import type { PipelineTopics } from '#shared/contracts/topics'
import type { Log } from '#shared/log/port'
import type { PlatformStatus } from '#shared/telemetry/platform-status'
import type { StructuredLog } from '#shared/telemetry/structured-log'

export interface GatewayPipeline {
  readonly name: string
  readonly topics: PipelineTopics
  readonly inputTopic: string
  readonly partitions: number
  readonly cadenceMs: number
  readonly horizon: number
}

export interface GatewayOptions {
  readonly log: Log
  readonly pipelines: readonly GatewayPipeline[]
  /** Address to listen on; any that is not this machine's own needs `token`. */
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  /** When given, every request for data needs `Authorization: Bearer <token>`. */
  readonly token?: string
  readonly clock: Clock
  /** Told what cannot be shown. */
  readonly notes: StructuredLog
  /** The metrics in Prometheus' text format. */
  readonly metricsText: () => Promise<string>
  readonly readiness: () => { readonly ready: boolean; readonly reason: string }
  readonly status: () => PlatformStatus
  /** Stops the gateway. */
  readonly signal: AbortSignal
  /** Answer health and metrics alone, and follow no topic: another process serves the rest. */
  readonly probesOnly?: boolean
  /** Folder of the bundled page; the build's own by default. */
  readonly pageFolder?: string
}
