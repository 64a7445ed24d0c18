import { randomUUID } from 'node:crypto'
import { type ExclusionMessage, exclusionRecord, noExclusionRecord } from '#shared/contracts/control'
import type { CommandContext } from '../command-context.js'
import { INTERRUPTED } from '../interrupted.js'
import { requireOrder } from '../require-order.js'
import { UsageError } from '../usage-error.js'
import type { PipelineFlags } from './named-pipelines.js'
import { openPipeline } from './open-pipeline.js'
import { operator } from './operator.js'
import { readExclusions } from './read-exclusions.js'
import { requireSeries } from './require-series.js'

export interface ExcludeFlags extends PipelineFlags {
  /** Milliseconds since 1970. */
  readonly from?: number
  readonly to?: number
  readonly series?: string
  readonly reason?: string
  /** Mark a series that nothing is saved of. */
  readonly force?: boolean
}

/** Mark a span of event time, so that training passes it over. */
export async function runStateExcludeCommand(flags: ExcludeFlags, context: CommandContext): Promise<number> {
  const { terminal, clock } = context
  const { from, to } = flags
  if (from === undefined || to === undefined) {
    throw new UsageError('say from when to when with --from and --to, such as --from 2026-01-05T10:00Z')
  }
  requireOrder(from, to)
  const { log, settings } = await openPipeline(flags, context)
  try {
    await readExclusions(log, settings)
    if (flags.series !== undefined && !flags.force) await requireSeries(log, settings, flags.series, context)
    if (context.stop.aborted) return INTERRUPTED
    const message: ExclusionMessage = {
      ...{ schema: 'foretide.exclusion/1', id: randomUUID().slice(0, 8), series: flags.series ?? null },
      ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString() },
      ...{ by: operator(), time: new Date(clock.now()).toISOString(), reason: flags.reason ?? null },
    }
    await log.append(settings.topics.control, [exclusionRecord(message)])
    if (flags.json) terminal.out.write(`${JSON.stringify({ pipeline: settings.name, excluded: message })}\n`)
    else {
      terminal.out.write(
        `${settings.name}: marked as ${message.id}, and training passes it over. States keep what they learned from it until\n` +
          `  foretide state rewind --pipeline ${settings.name}\n`,
      )
    }
    return 0
  } finally {
    await log.close()
  }
}

/** Take the mark of a span back. */
export async function runStateIncludeCommand(
  id: string,
  flags: PipelineFlags,
  context: CommandContext,
): Promise<number> {
  const { terminal, clock } = context
  const { log, settings } = await openPipeline(flags, context)
  try {
    const known = await readExclusions(log, settings)
    if (!known.has(id)) {
      const ids = [...known.keys()].join(', ')
      throw new UsageError(
        `${settings.name} has no marked span ${id}; it has ${ids === '' ? 'none' : ids}, see \`foretide state ls\``,
      )
    }
    await log.append(settings.topics.control, [noExclusionRecord(id, clock.now())])
    if (flags.json) terminal.out.write(`${JSON.stringify({ pipeline: settings.name, included: id })}\n`)
    else terminal.out.write(`${settings.name}: ${id} is no longer marked.\n`)
    return 0
  } finally {
    await log.close()
  }
}
