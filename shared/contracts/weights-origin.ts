import { z } from 'zod'
import { LAYOUTS } from '#shared/recurrent/exchange/weights-file'
import { gradientFlowFigures } from './gradient-flow.js'

const loss = z.number().refine(Number.isFinite, 'must be finite')

/** What every weights manifest says beside the architecture: where the version comes from. */
export const weightsOrigin = {
  version: z.int().nonnegative(),
  featureLayout: z.string(),
  trainedToMs: z.int().nullable(),
  samples: z.int().nonnegative(),
  heldBack: z.strictObject({ loss, servingLoss: loss, naiveLoss: loss }).nullable(),
  gradientFlow: gradientFlowFigures.nullable().optional(),
  /** Where the version was not trained here: who brought it, and out of which file. */
  imported: z
    .strictObject({
      by: z.string().min(1),
      reason: z.string().nullable(),
      file: z.string(),
      layout: z.enum(LAYOUTS),
    })
    .optional(),
}
