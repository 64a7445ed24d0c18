import type { WeightsRecord } from './wire.js'

/** What is decided on weights, by the trainer, by an operator or by the configuration. */
export const TOLD_DECISIONS = [
  'challenge',
  'promote',
  'reject',
  'rollback',
  'pin',
  'unpin',
  'import',
] as const
export type ToldDecisionKind = (typeof TOLD_DECISIONS)[number]

/** What was decided on the weights of a pipeline, as metrics and notes name it. */
export interface ToldDecision {
  readonly decision: ToldDecisionKind
  /** null where a pin was taken away. */
  readonly version: number | null
  /** Not by the trainer: it stood in the topic, unasked for. */
  readonly byHand: boolean
}

/** null for a record that decides nothing, or only what another beside it says. */
export function toldDecisionOf(record: WeightsRecord): ToldDecision | null {
  switch (record.kind) {
    case 'challenge': {
      const imported = record.weights.manifest.imported !== undefined
      return { decision: imported ? 'import' : 'challenge', version: record.version, byHand: imported }
    }
    case 'promote': {
      const { version, cause } = record
      // A pin and its end each have a record of their own.
      if (cause === 'pin' || cause === 'unpin') return null
      const decision = cause === 'rollback' ? 'rollback' : 'promote'
      return { decision, version, byHand: cause === 'promote' || cause === 'rollback' }
    }
    case 'reject':
      return { decision: 'reject', version: record.version, byHand: false }
    case 'pin':
      return {
        decision: record.version === null ? 'unpin' : 'pin',
        version: record.version,
        byHand: !record.configured,
      }
    case 'contest':
    case 'forget':
      return null
  }
}
