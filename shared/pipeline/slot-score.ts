import {
  EXPERT_ERRORS,
  NAIVE_ERROR,
  type Score,
  SERVED,
  SHADOW_ERROR,
  SHADOWED,
} from '#shared/forecast/score'
import type { SlotScore } from '#shared/promotion/running-contest'
import type { ForecastLine } from './forecast-line.js'

/** What a contest needs of a score. */
export function slotScoreOf(line: ForecastLine, { series, targetTimeMs, leads, rows }: Score): SlotScore {
  const row = (r: number) => rows.subarray(r * leads.length, (r + 1) * leads.length)
  return {
    series,
    timeMs: targetTimeMs,
    leads,
    serving: row(SERVED),
    servingErrors: row(EXPERT_ERRORS + line.recurrent),
    naiveErrors: row(NAIVE_ERROR),
    shadow: row(SHADOWED),
    shadowErrors: row(SHADOW_ERROR),
  }
}
