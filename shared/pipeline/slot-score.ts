import type { Score } from '#shared/forecast/score'
import type { SlotScore } from '#shared/promotion/running-contest'
import type { ForecastLine } from './forecast-line.js'

/** What a contest needs of a score. */
export function slotScoreOf(line: ForecastLine, score: Score): SlotScore {
  return {
    series: score.series,
    timeMs: score.targetTimeMs,
    leads: score.leads,
    serving: score.versions,
    servingErrors: score.experts.map((errors) => errors[line.recurrent]!),
    naiveErrors: score.naive,
    shadow: score.shadowVersions,
    shadowErrors: score.shadow,
  }
}
