import { existsSync } from 'node:fs'
import type { LogSettings } from '#shared/configuration/log-settings'
import type { PipelineTopics } from '#shared/contracts/topics'
import { recordsFile } from '#shared/log/embedded/records-file'
import { endsOf } from '#shared/log/ends-of'
import type { Log } from '#shared/log/port'
import type { StructuredLog } from '#shared/telemetry/structured-log'

/**
 * Who has moved from the embedded log to Kafka is told at the first start what stays behind: of a pipeline that has nothing on Kafka yet,
 * where the data folder still holds a log.
 */
export async function tellLeftLog(
  settings: LogSettings,
  log: Pick<Log, 'bounds' | 'partitions'>,
  pipelines: readonly { readonly name: string; readonly topics: PipelineTopics }[],
  notes: StructuredLog,
): Promise<void> {
  if (settings.kind !== 'kafka' || !existsSync(recordsFile(settings.dataDir))) return
  for (const { name, topics } of pipelines) {
    const ends = await endsOf(log, topics.state)
    if (ends.some((end) => end > 0)) continue
    notes.warn(
      'begins afresh on Kafka; the embedded log stays as it is (docs/guides/kafka.md tells how weights are carried over)',
      { pipeline: name, embeddedLog: settings.dataDir },
    )
  }
}
