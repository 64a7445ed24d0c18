import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { tellLeftLog } from '#services/cli/platform/tell-left-log'
import type { KafkaSettings } from '#shared/configuration/log-settings'
import { pipelineTopics } from '#shared/contracts/topics'
import { recordsFile } from '#shared/log/embedded/records-file'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { StructuredLog } from '#shared/telemetry/structured-log'

const folder = mkdtempSync(join(tmpdir(), 'foretide-left-'))
afterAll(() => rmSync(folder, { recursive: true }))

const kafka = (dataDir: string): KafkaSettings => ({
  ...{ kind: 'kafka', dataDir, brokers: ['127.0.0.1:1'], clientId: 'c', prefix: 'p' },
  guarantee: 'exactly-once',
})
const pipelines = ['old', 'fresh'].map((name) => ({ name, topics: pipelineTopics('foretide', name) }))

/** Pipelines that are told of, of one with states on Kafka and one without. */
async function toldOf(settings: KafkaSettings | { kind: 'embedded'; dataDir: string }): Promise<unknown[]> {
  const log = new MemoryLog()
  for (const { topics } of pipelines) {
    await log.createTopics([{ topic: topics.state, partitions: 2, cleanup: 'compact' }])
  }
  const state = { partition: 1, key: Buffer.from('s'), value: Buffer.from('{}'), headers: [], timestamp: 0 }
  await log.append(pipelines[0]!.topics.state, [state])
  const told: unknown[] = []
  const notes = { warn: (_: string, fields: object) => told.push(fields) } as unknown as StructuredLog
  await tellLeftLog(settings, log, pipelines, notes)
  return told
}

it('tells of an embedded log that stays behind, for pipelines that have nothing on Kafka yet', async () => {
  expect(await toldOf(kafka(folder))).toEqual([])
  writeFileSync(recordsFile(folder), '')
  expect(await toldOf(kafka(folder))).toEqual([{ pipeline: 'fresh', embeddedLog: folder }])
  expect(await toldOf({ kind: 'embedded', dataDir: folder })).toEqual([])
})
