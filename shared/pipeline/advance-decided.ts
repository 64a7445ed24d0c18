import type { LogRecord } from '#shared/log/port'
import { advance } from './advance.js'
import type { BatchOutcome } from './batch-outcome.js'
import type { Decision } from './decision.js'
import type { ForecastLine } from './forecast-line.js'
import { obeyDecision } from './obey-decision.js'
import type { PartitionState } from './partition-state.js'
import type { WeightsLibrary } from './weights-library.js'

/**
 * Advance a partition by some records, obeying each decision before the record at its offset.
 * @param decisions by rising offset; those that were obeyed are taken off
 */
export function advanceDecided(
  line: ForecastLine,
  library: WeightsLibrary,
  state: PartitionState,
  decisions: Decision[],
  records: readonly LogRecord[],
  outcome: BatchOutcome,
): void {
  let from = 0
  while (from < records.length) {
    while (decisions.length > 0 && decisions[0].offset <= records[from].offset) {
      obeyDecision(state, library, decisions.shift() as Decision)
    }
    const border = decisions[0]?.offset ?? Number.POSITIVE_INFINITY
    let to = from
    while (to < records.length && records[to].offset < border) to++
    advance(line, state, records.slice(from, to), outcome)
    from = to
  }
}
