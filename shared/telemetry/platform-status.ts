/**
 * What the running platform says about itself, as the live page and `/v1/status` show it. Plain data: whoever runs the
 * services fills it in, the gateway hands it on.
 */
export interface PlatformStatus {
  readonly pipelines: readonly PipelineStatus[]
  /** What this process waits for of its log; null while the log answers. */
  readonly logAway: LogOutage | null
}

/** The place in the log that has been waited for longest, for some seconds at least. */
export interface LogOutage {
  readonly seconds: number
  /** A topic, partition, group or transactional id, as a message names it. */
  readonly waitingFor: string
  /** What the last attempt failed with. */
  readonly reason: string
}

export interface PipelineStatus {
  readonly pipeline: string
  /** Input records advanced per second, over the last few seconds; where another process forecasts, forecasts that come. */
  readonly eventsPerSecond: number
  /** Input records that are written and not yet committed by the forecaster; null where another process forecasts. */
  readonly lagRecords: number | null
  readonly seriesHeld: number
  /** Weights version that serves; 0 is the untrained net. */
  readonly servingVersion: number
  readonly lastTraining: LastTraining | null
  /** The session that runs now; null where none does, and where another process trains. */
  readonly training: { readonly step: number; readonly steps: number } | null
  /** The trainer of this process has ended too often, and is not started again. */
  readonly trainerGivenUp: boolean
  /** Realised share of outcomes inside the 80 % band, over all scored leads; null before anything was scored. */
  readonly coverage80: number | null
  /** Live MASE over all scored leads; null before anything was scored. */
  readonly mase: number | null
  /** Progress of recorded data being sent into the input, or null when nothing is fed. */
  readonly feed: FeedStatus | null
}

export interface LastTraining {
  /** Stream time of the last sample that was trained on, in milliseconds since 1970. */
  readonly atMs: number
  readonly result: 'challenger' | 'rejected' | 'failed'
  /** Loss on the held-back data; null when the run failed before it had one. */
  readonly loss: number | null
}

export interface FeedStatus {
  /** Events sent so far. */
  readonly sent: number
  /** Events in the whole set; null when that is not known. */
  readonly total: number | null
  /** Event time of the last one sent, in milliseconds since 1970; null before the first. */
  readonly eventTimeMs: number | null
  readonly done: boolean
}
