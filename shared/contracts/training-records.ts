import { z } from 'zod'
import type { NewRecord } from '#shared/log/port'

const loss = z.number().refine(Number.isFinite, 'must be finite')

/** An operator asks the trainer for a session now: a record of the weights topic. */
const trainingRequestMessage = z.strictObject({
  schema: z.literal('foretide.training-request/1'),
  id: z.string().min(1).max(200),
  time: z.iso.datetime(),
  /** Who asks, such as `ada@control-room`. */
  by: z.string(),
  reason: z.string().nullable(),
})

/** What came of the last session, or of looking whether one is due: a record of the weights topic that replaces the one before. */
const trainingMessage = z.strictObject({
  schema: z.literal('foretide.training/1'),
  /** `promoted`: serves at once, since nothing was forecast before. `none`: there is not enough to learn from. */
  result: z.enum(['promoted', 'challenger', 'rejected', 'failed', 'none']),
  trigger: z.enum(['schedule', 'drift', 'request', 'bootstrap']),
  /** The request that it answers. */
  request: z.string().nullable(),
  /** The version that came of it. */
  version: z.int().nonnegative().nullable(),
  /** Stream time. */
  time: z.iso.datetime(),
  heldBack: z.strictObject({ loss, servingLoss: loss, naiveLoss: loss }).nullable(),
  /** Samples seen when it began: the next one is due by their growth. */
  samples: z.int().nonnegative().optional(),
})

/** How far the session that answers a request has come, every few seconds: a record of the weights topic that replaces the one before. */
const trainingProgressMessage = z.strictObject({
  schema: z.literal('foretide.training-progress/1'),
  request: z.string(),
  step: z.int().nonnegative(),
  steps: z.int().positive(),
  /** Stream time. */
  time: z.iso.datetime(),
})

export type TrainingProgressMessage = z.infer<typeof trainingProgressMessage>
export type TrainingRequestMessage = z.infer<typeof trainingRequestMessage>
export type TrainingMessage = z.infer<typeof trainingMessage>

const utf8 = new TextEncoder()

export function trainingRequestRecord(message: TrainingRequestMessage): NewRecord {
  return record('training-request', message)
}

export function trainingRecord(message: TrainingMessage): NewRecord {
  return record('training', message)
}

export function trainingProgressRecord(message: TrainingProgressMessage): NewRecord {
  return record('training-progress', message)
}

/** @returns null for any other record, and for one that cannot be read */
export function readTrainingRecord(
  value: Uint8Array | null,
): TrainingRequestMessage | TrainingProgressMessage | TrainingMessage | null {
  if (value === null || !isTrainingRecord(value)) return null
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(value))
    return z.union([trainingRequestMessage, trainingProgressMessage, trainingMessage]).parse(json)
  } catch {
    return null
  }
}

/** Whether a record of the weights topic is one of these. The schema stands first. */
export function isTrainingRecord(value: Uint8Array): boolean {
  return new TextDecoder().decode(value.subarray(0, 40)).includes('foretide.training')
}

function record(key: string, message: { readonly time: string }): NewRecord {
  const value = utf8.encode(JSON.stringify(message))
  return { partition: 0, key: utf8.encode(key), value, headers: [], timestamp: Date.parse(message.time) }
}
