import type { LogRecord } from '#shared/log/port'
import type { BatchOutcome } from './batch-outcome.js'
import { encodeWave } from './encode-wave.js'
import type { ForecastLine } from './forecast-line.js'
import { issueForecasts } from './issue-forecasts.js'
import { matchOutcomes } from './match-outcomes.js'
import type { PartitionState } from './partition-state.js'
import { stepWave } from './step-wave.js'

/**
 * Advance one partition by some records: the whole line on one screen.
 *
 * Same state, weights and records in: same outcome out, wherever the borders between batches fall. Nothing here reads a
 * clock, draws a random number or looks at another series than the one whose sample it moves.
 *
 * @param outcome receives what follows, to be read in the order of the records
 */
export function advance(
  line: ForecastLine,
  partition: PartitionState,
  records: readonly LogRecord[],
  outcome: BatchOutcome,
): void {
  const waves = line.sequencer.sequence(partition, records, outcome) // dead letters, duplicates, late ones leave here
  for (const wave of waves) {
    const buffers = line.buffersFor(wave.length)
    matchOutcomes(line, partition, wave, outcome) // earlier forecasts meet what came: scores leave here, experts and bands learn
    encodeWave(line, wave, buffers) // one sample per series → [B, F]
    stepWave(line, partition, wave, buffers) // [B, F] → hidden states → heads [B, H]
    issueForecasts(line, partition, wave, buffers, outcome) // mix, calibrate, assemble: forecasts leave here
  }
}
