import { assemblePipeline } from '#shared/composition/pipeline-parts'
import type { SeriesState } from '#shared/series-state/series-state'
import { countOf } from '#shared/words/count-of'
import type { CommandContext } from '../command-context.js'
import { formatCount, formatTime, formatValue } from '../terminal/figures.js'
import { UsageError } from '../usage-error.js'
import type { PipelineFlags } from './named-pipelines.js'
import { openPipeline } from './open-pipeline.js'

/** Tell what was last saved of one series. */
export async function runStateShowCommand(
  id: string,
  flags: PipelineFlags,
  context: CommandContext,
): Promise<number> {
  const { terminal, stop } = context
  const { log, settings } = await openPipeline(flags, context)
  const { name, topics } = settings
  try {
    const { line, wire } = assemblePipeline(settings)
    let found: { readonly partition: number; readonly bytes: Uint8Array } | null = null
    for (let partition = 0; partition < (await log.partitions(topics.state)); partition++) {
      const { start, end } = await log.bounds(topics.state, partition)
      if (end === start) continue
      for await (const { records } of log.read(topics.state, partition, start, end, stop)) {
        for (const { key, value } of records) {
          const record = wire.readState(key, value)
          if (record?.kind === 'series' && record.id === id) found = { partition, bytes: record.bytes }
        }
      }
    }
    if (!found) {
      throw new UsageError(
        `nothing is saved of a series ${id} of ${name}; ids are told by \`foretide tail\`, and what just came is saved seconds later, while readings come, or at a clean stop`,
      )
    }
    const state = wire.readSeries(id, found.bytes, line)
    const { history, scale } = line.encoder
    const last = state.samples > 0 ? history.get(state.numbers, state.lastIndex) : Number.NaN
    const figures = {
      ...{ series: id, pipeline: name, partition: found.partition, bytes: found.bytes.length },
      ...{ firstOffset: state.firstOffset, lastOffset: state.lastOffset, samples: state.samples },
      lastTime: Number.isFinite(state.lastTimeMs) ? new Date(state.lastTimeMs).toISOString() : null,
      lastValue: Number.isFinite(last) ? last : null,
      spread: state.samples > 0 ? scale.spread(state.numbers) : null,
      ...{ heldBack: state.held.length, clippedInARow: Math.abs(state.clipRun), lanes: lanesOf(state) },
    }
    if (flags.json) terminal.out.write(`${JSON.stringify(figures)}\n`)
    else {
      const rows: [string, string][] = [
        ['partition', String(figures.partition)],
        ['records', `offsets ${figures.firstOffset} to ${figures.lastOffset}`],
        ['samples', formatCount(figures.samples)],
        ['last reading', figures.lastTime === null ? '–' : formatTime(Date.parse(figures.lastTime))],
        ['last value', formatValue(figures.lastValue ?? Number.NaN)],
        ['running spread', formatValue(figures.spread ?? Number.NaN)],
        ['held back', formatCount(figures.heldBack)],
        ['clipped in a row', formatCount(figures.clippedInARow)],
        ...figures.lanes.map(({ version, steps }): [string, string] => [
          'hidden state',
          `version ${version}, ${countOf(steps, 'step')}`,
        ]),
        ['saved', `${formatCount(figures.bytes)} bytes`],
      ]
      terminal.out.write(`${id}\n${rows.map(([what, said]) => `  ${what.padEnd(17)} ${said}`).join('\n')}\n`)
    }
    line.release(state)
    return 0
  } finally {
    await log.close()
  }
}

/** The hidden states that a series has. */
function lanesOf(state: SeriesState) {
  return state.laneVersions
    .map((version, lane) => ({ version, steps: state.laneSteps[lane]! }))
    .filter(({ steps }) => steps > 0)
}
