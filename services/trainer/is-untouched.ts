import type { PipelineTopics } from '#shared/contracts/topics'
import { endsOf } from '#shared/log/ends-of'
import type { Log } from '#shared/log/port'

/** Whether nothing was ever forecast here: each record that a forecaster consumes leaves an outcome in one of these topics. */
export async function isUntouched(log: Log, { forecasts, lifecycle, deadLetters }: PipelineTopics) {
  for (const topic of [forecasts, lifecycle, deadLetters])
    if ((await endsOf(log, topic)).some((end) => end > 0)) return false
  return true
}
