import { assemblePipeline } from '#shared/composition/pipeline-parts'
import { maskedAt } from '#shared/pipeline/choose-rewind'
import { type PartitionHistory, readPartitionHistory } from '#shared/pipeline/partition-history'
import type { CommandContext } from '../command-context.js'
import { formatCount, formatTime } from '../terminal/figures.js'
import { renderTable } from '../terminal/table.js'
import type { PipelineFlags } from './named-pipelines.js'
import { openPipeline } from './open-pipeline.js'
import { readExclusions } from './read-exclusions.js'

const right = (title: string) => ({ title, align: 'right' }) as const
const left = (title: string) => ({ title, align: 'left' }) as const

/** List what is marked, where each partition stands, and its snapshots. */
export async function runStateLsCommand(flags: PipelineFlags, context: CommandContext): Promise<number> {
  const { terminal } = context
  const { log, settings } = await openPipeline(flags, context)
  const { name, topics, inputTopic: input } = settings
  try {
    const excluded = [...(await readExclusions(log, settings)).values()]
    const parts = assemblePipeline(settings)
    const partitions: PartitionHistory[] = []
    for (let partition = 0; partition < (await log.partitions(input)); partition++) {
      partitions.push(await readPartitionHistory(log, { ...topics, input }, partition, parts))
    }
    const described = partitions.map(describePartition)
    if (flags.json) {
      terminal.out.write(`${JSON.stringify({ pipeline: name, excluded, partitions: described })}\n`)
      return 0
    }
    const spans = renderTable(
      [left('marked'), left('series'), left('from'), left('to'), left('by'), left('reason')],
      excluded.map(({ id, series, from, to, by, reason }) => [
        ...[id, series ?? 'all', formatTime(Date.parse(from)), formatTime(Date.parse(to)), by, reason ?? ''],
      ]),
    )
    const snapshots = renderTable(
      [right('partition'), right('snapshot at'), left('stream time'), right('series'), right('bytes')],
      described.flatMap(({ partition, snapshots }) =>
        snapshots.map(({ until, streamTime, series, bytes }) => [
          ...[String(partition), String(until), formatTime(Date.parse(streamTime))],
          ...[formatCount(series), formatCount(bytes)],
        ]),
      ),
    )
    const rewinds = renderTable(
      [right('partition'), right('position'), right('rewound at'), right('back to'), right('spans masked')],
      described.map(({ partition, position, rewind }) => [
        ...[String(partition), position === null ? '–' : String(position)],
        ...[rewind?.offset, rewind?.until, rewind?.spans].map((value) =>
          value === undefined ? '–' : String(value),
        ),
      ]),
    )
    const lines = [name, ...rewinds, '', ...(excluded.length > 0 ? [...spans, ''] : []), ...snapshots]
    terminal.out.write(`${lines.map((line, i) => (i > 0 && line !== '' ? `  ${line}` : line)).join('\n')}\n`)
    return 0
  } finally {
    await log.close()
  }
}

function describePartition({ partition, position, snapshots, decisions }: PartitionHistory) {
  const rewind = decisions.findLast(({ kind }) => kind === 'rewind')
  return {
    partition,
    position: position?.position ?? null,
    rewind:
      rewind?.kind === 'rewind'
        ? { offset: rewind.offset, until: rewind.until, spans: maskedAt(decisions, rewind.offset).length }
        : null,
    snapshots: snapshots.map(({ from, until, streamTimeMs, series, bytes }) => ({
      ...{ from, until, streamTime: new Date(streamTimeMs).toISOString(), series, bytes },
    })),
  }
}
