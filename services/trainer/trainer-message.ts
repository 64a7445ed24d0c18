import type { LogSettings } from '#shared/configuration/log-settings'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import type { ToldDecision } from '#shared/pipeline/told-decision'
import type { TrainingFigures } from '#shared/telemetry/pipeline-metrics'
import type { LastTraining } from '#shared/telemetry/platform-status'
import type { LogMessage } from './log-messages.js'

/** What the worker thread is started with. */
export interface TrainerTask {
  readonly log: LogSettings
  readonly pipeline: PipelineSettings
  /** A thread of this process died owning the weights topic: its claim is void. */
  readonly takeOver: boolean
}

/** What the worker thread tells the service. */
export type TrainerMessage =
  /** The weights topic is ours. */
  | { readonly kind: 'owning' }
  | {
      readonly kind: 'note'
      readonly message: string
      readonly fields: Readonly<Record<string, string | number>>
    }
  | { readonly kind: 'training'; readonly figures: TrainingFigures; readonly last: LastTraining }
  | { readonly kind: 'decision'; readonly told: ToldDecision }
  | { readonly kind: 'resumed'; readonly last: LastTraining }
  | { readonly kind: 'progress'; readonly step: number; readonly steps: number }
  | { readonly kind: 'log'; readonly said: LogMessage }
