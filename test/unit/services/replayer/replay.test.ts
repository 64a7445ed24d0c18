import { beforeAll, describe, expect, it } from 'vitest'
import { type ReplayOptions, type ReplayReport, runReplay } from '#services/replayer/run-replay'
import { systemClock } from '#shared/clock/system-clock'
import { type PipelineTopics, pipelineTopics } from '#shared/contracts/topics'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { NewRecord } from '#shared/log/port'
import {
  createPipelineTopics,
  type PipelineDriver,
  readOutputs,
  smallSettings,
} from '../../../pipeline/pipeline-driver.js'
import { runWithSwaps, SNAPSHOT_DAYS } from '../../../pipeline/swapped-run.js'

// Expected: what the live run wrote. No number is written down here.

const settings = smallSettings({ snapshotEveryMs: SNAPSHOT_DAYS * 86_400_000, batchMax: 8 })
const RECORDS = 300
const replayTopics = pipelineTopics('replay', settings.name)
const { partitions } = settings

/** Of the live run. */
let log: MemoryLog
let live: PipelineDriver
beforeAll(async () => {
  log = new MemoryLog()
  await createPipelineTopics(log, settings)
  live = await runWithSwaps(log, settings, RECORDS)
})

const replay = (options: Partial<ReplayOptions>): Promise<ReplayReport> =>
  runReplay({
    ...{ log, settings, publishTo: null, check: false, clock: systemClock },
    ...{ signal: new AbortController().signal, ...options },
  })

/** What stands in the topics of a replay, under the names of production's. */
const readReplayed = async (topics: PipelineTopics) =>
  (await readOutputs(log, { ...settings, topics })).map((line) => line.replace(/^[^.]+\./, 'foretide.'))

/** The same log once more, with what `change` makes of the records of a topic. */
async function copyLog(
  topic = '',
  change: (record: NewRecord) => NewRecord = (record) => record,
): Promise<MemoryLog> {
  const copy = new MemoryLog()
  await createPipelineTopics(copy, settings)
  for (const name of [settings.inputTopic, ...Object.values(settings.topics)]) {
    for (let partition = 0; partition < partitions; partition++) {
      const { start, end } = await log.bounds(name, partition)
      if (end === start) continue
      for await (const { records } of log.read(name, partition, start, end)) {
        const changed = records.map((record) => ({ ...record, partition }))
        await copy.append(name, name === topic ? changed.map(change) : changed)
      }
    }
  }
  return copy
}

describe('a replay', () => {
  it('publishes under another prefix what production published, through several swaps', async () => {
    const report = await replay({ publishTo: replayTopics })
    const production = await readOutputs(log, settings)
    const replayed = await readReplayed(replayTopics)
    const versions = new Set(production.map((line) => /"weights":\{"version":(\d+)\}/.exec(line)?.[1]))
    expect(versions.size, 'versions that served, and lines without one').toBeGreaterThan(4)
    expect(replayed).toEqual(production)
    expect(report.complete).toBe(true)
  })

  it('starts from a snapshot where there is one before the range, and publishes what belongs to the range', async () => {
    const from = 60
    const publishTo = pipelineTopics('ranged', settings.name)
    const report = await replay({ publishTo, from: { offset: from } })
    const production = await readOutputs(log, settings)
    const replayed = await readReplayed(publishTo)
    for (const { snapshot, warmFrom } of report.partitions) {
      expect(snapshot).toBeGreaterThan(0)
      expect(warmFrom).toBeLessThanOrEqual(from)
    }
    expect(replayed.length).toBeGreaterThan(60)
    expect(production.filter((line) => inputOffset(line) >= from)).toEqual(replayed)
  })

  it('finds nothing that differs when it checks, and leaves nothing behind', async () => {
    const copy = await copyLog()
    const report = await replay({ log: copy, check: true })
    expect(report.difference).toBeNull()
    expect(report.checked).toEqual({ same: (await readOutputs(log, settings)).length, notKept: 0 })
    expect(await copy.partitions(replayTopics.forecasts)).toBe(0)
  })

  it('checks a range in the middle, by offset and by time', async () => {
    const range = await replay({ check: true, from: { offset: 30 }, to: { offset: 50 }, partitions: [1] })
    expect(range.difference).toBeNull()
    expect(range.partitions).toMatchObject([{ partition: 1, from: 30, to: 50 }])
    const timeMs = Date.UTC(2026, 0, 8)
    const timed = await replay({ check: true, from: { timeMs }, partitions: [0] })
    expect(timed.difference).toBeNull()
    const { from } = timed.partitions[0]!
    const timestamps: number[] = []
    // A record's timestamp lies a minute after the reading's time, in these records.
    const { end } = await log.bounds(settings.inputTopic, 0)
    for await (const { records } of log.read(settings.inputTopic, 0, 0, end))
      timestamps.push(...records.map(({ timestamp }) => timestamp))
    expect(timestamps[from]).toBeGreaterThanOrEqual(timeMs + 60_000)
    expect(timestamps[from - 1]).toBeLessThan(timeMs + 60_000)
  })

  it('names the first outcome that is another one in production', async () => {
    let seen = 0
    const tampered = await copyLog(settings.topics.scores, (record) =>
      ++seen === 40 ? { ...record, value: Buffer.from(String(record.value!.length)) } : record,
    )
    const { difference, complete } = await replay({ log: tampered, check: true })
    expect(difference).toMatchObject({ topic: settings.topics.scores, part: 'value' })
    expect(difference!.replay).toContain('foretide.score/1')
    expect(complete).toBe(false)
  })

  it('names an outcome that only production has', async () => {
    const copy = await copyLog()
    await copy.append(settings.topics.deadLetters, [
      {
        ...{ partition: 2, key: null, value: null, timestamp: 0 },
        headers: [
          ['__connect.errors.offset', Buffer.from('70')],
          ['foretide_reason', Buffer.from('unparseable')],
        ],
      },
    ])
    const { difference } = await replay({ log: copy, check: true, partitions: [2] })
    expect(difference).toMatchObject({ part: 'surplus', inputOffset: 70, topic: settings.topics.deadLetters })
  })

  it('passes over what the retention of production has deleted, and says how much', async () => {
    const copy = await copyLog()
    copy.deleteBefore(settings.topics.forecasts, 0, 20)
    const report = await replay({ log: copy, check: true, partitions: [0] })
    expect(report.difference).toBeNull()
    expect(report.checked!.notKept).toBe(20)
  })

  it('refuses a range whose records were deleted, and names the earliest that can be', async () => {
    const copy = await copyLog()
    copy.deleteBefore(settings.inputTopic, 0, 20)
    const asked = replay({ log: copy, check: true, from: { offset: 5 }, partitions: [0] })
    await expect(asked).rejects.toThrow(
      /partition 0 of sensors\.test holds no records before offset 20: those from 5 on were deleted\. The earliest --from is (\d+), from a snapshot/,
    )
    const earliest = Number(/earliest --from is (\d+)/.exec(String(await asked.catch(String)))![1])
    const unasked = await replay({ log: copy, check: true, partitions: [0] })
    expect(unasked.difference).toBeNull()
    expect(unasked.partitions[0]!.from).toBe(earliest)
    copy.deleteBefore(settings.inputTopic, 0, live.runs[0]!.consumed)
    await expect(replay({ log: copy, check: true, partitions: [0] })).rejects.toThrow(
      /nothing of it can be replayed/,
    )
  })

  it('does not mix two replays, and names the way out', async () => {
    const publishTo = pipelineTopics('once', settings.name)
    await replay({ publishTo })
    await expect(replay({ publishTo })).rejects.toThrow(/another replay.*--prefix/)
  })

  it('goes no further than production, whose decisions it obeys', async () => {
    const asked = replay({ check: true, to: { offset: 1_000_000 } })
    await expect(asked).rejects.toThrow(/production has come to offset \d+ of partition 0/)
  })

  it('refuses a configuration with other states', async () => {
    const asked = replay({ check: true, settings: { ...settings, horizon: 7 } })
    await expect(asked).rejects.toThrow(/with the configuration, and the flags, that it runs with/)
  })

  it('stops between two batches when it is told to', async () => {
    const stop = new AbortController()
    const report = await replay({ check: true, signal: stop.signal, onProgress: () => stop.abort() })
    expect(report.complete).toBe(false)
    expect(report.partitions).toHaveLength(1)
  })

  it('lets the live group be', async () => {
    await replay({ check: true })
    await log.append(settings.inputTopic, [
      { partition: 0, key: null, value: Buffer.from('{'), headers: [], timestamp: 0 },
    ])
    expect(await live.step(0)).toBe(true)
  })
})

/** Of a line of `readOutputs`: the offset of the input record that it came from. */
function inputOffset(line: string): number {
  const header = (name: string) => new RegExp(`[ ;]${name}=([^; ]*)`).exec(line)?.[1]
  const id = header('ce_id')
  if (id !== undefined) return Number(Buffer.from(id, 'base64').toString().split('/')[2])
  return Number(Buffer.from(header('__connect.errors.offset')!, 'base64').toString())
}
