import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import type { Log } from '#shared/log/port'
import { headerOf, textOf, topicRecords } from './topic-records.js'

/** Lifecycle events that say what became of a reading; `expired` and `reset` come beside another outcome. */
const OUTCOMES = /"event":"(warming|duplicate|same-cell|late|excluded)"/

export interface OutcomeCount {
  readonly readings: number
  /** Per kind of outcome. */
  readonly kinds: Readonly<Record<string, number>>
  /** The first few readings without exactly one outcome, and outcomes or scores without their reading. */
  readonly faults: readonly string[]
}

/** Hold every reading of the input against what the output topics say became of it. */
export async function countOutcomes(log: Log, settings: PipelineSettings): Promise<OutcomeCount> {
  const { inputTopic, partitions, topics } = settings
  const kinds: Record<string, number> = {}
  const faults: string[] = []
  let readings = 0
  for (let partition = 0; partition < partitions; partition++) {
    /** `offset series` → its outcomes so far. */
    const open = new Map<string, string[]>()
    for await (const { offset, value } of topicRecords(log, inputTopic, partition)) {
      const { series, values } = JSON.parse(textOf(value)) as { series: string; values?: object }
      const names = values ? Object.keys(values).map((channel) => `${series}.${channel}`) : [series]
      for (const name of names) open.set(`${offset} ${name}`, [])
      readings += names.length
    }
    const note = (reading: string, kind: string) => {
      kinds[kind] = (kinds[kind] ?? 0) + 1
      const outcomes = open.get(reading)
      if (outcomes) outcomes.push(kind)
      else faults.push(`${kind} for ${partition}/${reading}, which was never read`)
    }
    for await (const record of topicRecords(log, topics.forecasts, partition)) {
      note(readingOf(record), 'forecast')
    }
    for await (const record of topicRecords(log, topics.lifecycle, partition)) {
      const event = OUTCOMES.exec(textOf(record.value))?.[1]
      if (event) note(readingOf(record), event)
    }
    for await (const record of topicRecords(log, topics.deadLetters, partition)) {
      const series = headerOf(record, 'foretide_series')
      note(`${headerOf(record, '__connect.errors.offset')} ${series}`, 'dead letter')
    }
    for (const [reading, outcomes] of open) {
      if (outcomes.length !== 1) faults.push(`${partition}/${reading} has [${outcomes.join(', ')}]`)
    }
    const scored = new Set<string>()
    for await (const record of topicRecords(log, topics.scores, partition)) {
      const reading = readingOf(record)
      if (scored.has(reading)) faults.push(`${partition}/${reading} is scored twice`)
      if (open.get(reading)?.[0] !== 'forecast')
        faults.push(`${partition}/${reading} is scored, not forecast`)
      scored.add(reading)
    }
    kinds.score = (kinds.score ?? 0) + scored.size
  }
  return { readings, kinds, faults: faults.slice(0, 5) }
}

/** `offset series` of the record that caused an output, out of its `ce_id`. */
function readingOf(record: Parameters<typeof headerOf>[0]): string {
  const [, , offset, series] = headerOf(record, 'ce_id')!.split('/')
  return `${offset} ${decodeURIComponent(series!)}`
}
