import { runBacktest } from '#services/backtester/run-backtest'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { EXPERT_NAMES } from '#shared/experts/expert-names'
import { feedOfTable } from '#shared/feed/table-feed'
import { smallSettings } from '../pipeline/pipeline-driver.js'
import { parkMiller } from '../reference/recurrent/park-miller.js'
import { VirtualClock } from '../unit/services/feeder/virtual-clock.js'

const hour = 3_600_000
/** Without the autoregression, towards which the head would be drawn: it is the head by itself that is asked. */
const experts = EXPERT_NAMES.filter((name) => name !== 'autoregression')
/** Of the first value of each series. */
export const startMs = Date.UTC(2026, 0, 5)

/**
 * Errors of the champion's head and of "no change" in a backtest that learns as it goes.
 * @param values per series, all of one length, one an hour
 * @param testFrom index of the first outcome that counts
 */
export async function backtestOf(
  values: readonly (readonly number[])[],
  testFrom: number,
  changes: Partial<PipelineSettings>,
) {
  const series = values.length
  const count = series * values[0]!.length
  const table = {
    series: values.map((_, s) => `s${s}`),
    channels: [],
    timesMs: Float64Array.from({ length: count }, (_, i) => startMs + Math.floor(i / series) * hour),
    seriesOf: Uint32Array.from({ length: count }, (_, i) => i % series),
    values: Float64Array.from({ length: count }, (_, i) => values[i % series]![Math.floor(i / series)]!),
  }
  const { experts: said, trainings } = await runBacktest({
    feed: feedOfTable('made up', table),
    settings: smallSettings({ learn: true, cadenceMs: hour, experts, ...changes }),
    clock: new VirtualClock(0),
    signal: new AbortController().signal,
    protocol: { testFrom },
  })
  return { head: said.recurrent!, naive: said.persistence!, trainings }
}

/** Standard normal numbers [Box and Muller 1958]. */
export function normals(seed: number): () => number {
  const uniform = parkMiller(seed)
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}
