import { NearestNames } from '#shared/configuration/nearest-name'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { seriesOfStateKey } from '#shared/contracts/json-wire'
import type { Log } from '#shared/log/port'
import type { CommandContext } from '../command-context.js'
import { formatShare } from '../terminal/figures.js'
import { ProgressMeter } from '../terminal/progress-meter.js'
import { StatusLine } from '../terminal/status-line.js'
import { UsageError } from '../usage-error.js'

/** Names that are suggested. */
const SUGGESTED = 3

/**
 * Make sure that a state is saved of a series, which is so some seconds after its first reading. Only keys are looked at, and no further
 * than to the series itself. Ends early when the command is stopped.
 * @throws UsageError that names the nearest ones
 */
export async function requireSeries(
  log: Log,
  { name, topics: { state } }: PipelineSettings,
  series: string,
  { terminal, clock, stop }: CommandContext,
): Promise<void> {
  const partitions = await log.partitions(state)
  const bounds = await Promise.all(
    Array.from({ length: partitions }, (_, partition) => log.bounds(state, partition)),
  )
  const total = bounds.reduce((sum, { start, end }) => sum + end - start, 0)
  const status = new StatusLine(terminal.err)
  const meter = new ProgressMeter(status, clock, (_, progress) =>
    status.write(
      `looking for the series: ${formatShare(progress.done / Math.max(1, total))} of the states read\n`,
    ),
  )
  const fromMs = clock.now()
  const nearest = new NearestNames(series, SUGGESTED)
  let [done, found] = [0, false]
  try {
    for (const [partition, { start, end }] of bounds.entries()) {
      if (end === start) continue
      for await (const { records } of log.read(state, partition, start, end, stop)) {
        for (const { key, value } of records) {
          const id = value && seriesOfStateKey(key)
          if (id === series) found = true
          else if (id !== null) nearest.add(id)
        }
        done += records.length
        const perSecond = (1000 * done) / Math.max(1, clock.now() - fromMs)
        meter.update(name, { done, total, perSecond, secondsLeft: Math.max(0, total - done) / perSecond })
        if (found || stop.aborted) return
      }
    }
  } finally {
    meter.finish(name)
    status.clear()
  }
  const known = nearest.names.map((id) => `\`${id}\``).join(', ')
  throw new UsageError(
    `nothing is saved of a series ${series} of ${name}${known === '' ? '' : `; the nearest names are ${known}`}. A series that has just begun, or is still to come, is marked with --force`,
  )
}
