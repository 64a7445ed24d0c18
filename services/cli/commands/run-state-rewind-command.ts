import { randomUUID } from 'node:crypto'
import { assemblePipeline } from '#shared/composition/pipeline-parts'
import { type RewindMessage, rewindRecord } from '#shared/contracts/control'
import { chooseRewind, maskedAt } from '#shared/pipeline/choose-rewind'
import { readPartitionHistory } from '#shared/pipeline/partition-history'
import { countOf } from '#shared/words/count-of'
import type { CommandContext } from '../command-context.js'
import { UsageError } from '../usage-error.js'
import type { PipelineFlags } from './named-pipelines.js'
import { openPipeline } from './open-pipeline.js'
import { operator } from './operator.js'
import { readExclusions } from './read-exclusions.js'

export interface RewindFlags extends PipelineFlags {
  /** Milliseconds since 1970. */
  readonly before?: number
  readonly reason?: string
}

/** Ask for states without what is marked. @returns 1 when some partition keeps nothing so old; nothing is asked for then */
export async function runStateRewindCommand(flags: RewindFlags, context: CommandContext): Promise<number> {
  const { terminal, clock } = context
  const { log, settings } = await openPipeline(flags, context)
  const { name, topics, inputTopic: input } = settings
  try {
    const marked = [...(await readExclusions(log, settings)).values()]
    const spans = marked.map(({ series, from, to }) => ({
      series,
      fromMs: Date.parse(from),
      toMs: Date.parse(to),
    }))
    const parts = assemblePipeline(settings)
    const beforeMs = flags.before ?? null
    const partitions: { partition: number; from: number | null; to: number }[] = []
    let masked = 0
    for (let partition = 0; partition < (await log.partitions(input)); partition++) {
      const history = await readPartitionHistory(log, { ...topics, input }, partition, parts)
      if (history.position === null) continue
      masked += maskedAt(history.decisions, Number.POSITIVE_INFINITY).length
      const from = chooseRewind(history, spans, beforeMs)
      partitions.push({ partition, from, to: history.position.position })
    }
    if (spans.length + masked === 0) {
      throw new UsageError(
        `nothing of ${name} is marked, and a rewind would change nothing: mark the incident first, with \`foretide state exclude\``,
      )
    }
    const lost = partitions.filter(({ from }) => from === null)
    const rewind: RewindMessage = {
      ...{ schema: 'foretide.rewind/1', id: randomUUID().slice(0, 8) },
      before: beforeMs === null ? null : new Date(beforeMs).toISOString(),
      ...{ by: operator(), time: new Date(clock.now()).toISOString(), reason: flags.reason ?? null },
    }
    if (lost.length === 0) await log.append(topics.control, [rewindRecord(rewind)])
    const asked = lost.length === 0 ? rewind : null
    if (flags.json) terminal.out.write(`${JSON.stringify({ pipeline: name, rewind: asked, partitions })}\n`)
    else if (asked === null) {
      const numbers = lost.map(({ partition }) => partition).join(', ')
      terminal.err.write(
        `foretide: ${lost.length === 1 ? 'partition' : 'partitions'} ${numbers} of ${name} ${lost.length === 1 ? 'keeps' : 'keep'} no snapshot before that, and the first records of the input were deleted; mark a span that begins later, or give a later --before\n`,
      )
    } else {
      const lines = partitions.map(
        ({ partition, from, to }) =>
          `  partition ${partition}: ${countOf(to - (from ?? to), 'record is', 'records are')} computed again, from offset ${from}`,
      )
      terminal.out.write(
        `${name}: asked for. With its next records the forecaster rewinds\n${lines.join('\n')}\n`,
      )
    }
    return lost.length === 0 ? 0 : 1
  } finally {
    await log.close()
  }
}
