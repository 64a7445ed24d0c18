import { describe, expect, it } from 'vitest'
import { runReplay } from '#services/replayer/run-replay'
import { systemClock } from '#shared/clock/system-clock'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { exclusionRecord, rewindRecord } from '#shared/contracts/control'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { Log, NewRecord } from '#shared/log/port'
import type { SeededRandom } from '#shared/recurrent/seeded-random'
import { hostileRecords } from './hostile-records.js'
import { interrupted, swapWeights } from './interrupted-run.js'
import { createPipelineTopics, PipelineDriver, readOutputs, smallSettings } from './pipeline-driver.js'

// Expected: what other runs write, over the same records without the span, or without crashes. No number is written down here.

const DAY = 86_400_000
const START = Date.UTC(2026, 0, 1)
const day = (days: number) => START + days * DAY
const PACE = { chunkBytes: 20_000, commitBytes: 100_000, bytesPerSecond: 1e9, restMs: 0 }
const settings = smallSettings({ snapshotEveryMs: 3 * DAY, snapshotsKept: 100, batchMax: 8 })

const asked = { by: 'ada@desk', reason: null, time: '2026-02-01T00:00:00Z' }
const exclude = (id: string, fromMs: number, toMs: number, series: string | null = null): NewRecord =>
  exclusionRecord({
    ...{ schema: 'foretide.exclusion/1', id, series, ...asked },
    ...{ from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() },
  })
const rewind = (before: number | null = null): NewRecord =>
  rewindRecord({
    ...{ schema: 'foretide.rewind/1', id: 'r', ...asked },
    before: before === null ? null : new Date(before).toISOString(),
  })

/** A wave of two series in each of two partitions, hour by quarter of a day, with an incident on the 20th and 21st day. */
function incident(days: number): NewRecord[] {
  const records: NewRecord[] = []
  for (let cell = 0; cell < 4 * days; cell++) {
    for (let s = 0; s < 4; s++) {
      const timeMs = START + (cell * DAY) / 4
      const wild = timeMs >= day(20) && timeMs < day(22)
      const value = wild
        ? 500 + 90 * ((cell * 7) % 5)
        : 10 * s + 5 * Math.sin((cell / 4) * 2 * Math.PI) + ((cell * 13 + s) % 7) / 9
      const event = { series: `s${s}`, time: new Date(timeMs).toISOString(), value }
      records.push({
        ...{ partition: s % 2, key: Buffer.from(`s${s}`), headers: [], timestamp: timeMs },
        value: Buffer.from(JSON.stringify(event)),
      })
    }
  }
  return records
}

const small: PipelineSettings = { ...settings, partitions: 2 }

/** What a run writes over some records, with control records appended once `at` of them have come. */
async function run(
  records: readonly NewRecord[],
  at: number,
  control: readonly NewRecord[],
): Promise<{ log: MemoryLog; before: number; lines: string[] }> {
  const log = new MemoryLog()
  await createPipelineTopics(log, small)
  let now = 0
  const driver = await PipelineDriver.start(log, small, () => (now += 100), true, undefined, PACE)
  await log.append(small.inputTopic, records.slice(0, at))
  await driver.drain()
  const before = (await readOutputs(log, small)).length
  await log.append(small.topics.control, control)
  await driver.seeWeights()
  await log.append(small.inputTopic, records.slice(at))
  await driver.drain()
  return { log, before, lines: await readOutputs(log, small) }
}

/** Forecasts and scores from an input offset on; experts of both are alike or not, as the states are. */
const from = (lines: readonly string[], offset: number) =>
  lines.filter((line) => {
    const [, at] = /"(?:origin|target)":\{[^}]*"offset":"(\d+)"/.exec(line) ?? []
    return at !== undefined && Number(at) >= offset
  })

/** Every difference between a replay of this log and what stands in it. */
async function replayDiffers(log: Log, of: PipelineSettings, fromOffset?: number) {
  const { difference } = await runReplay({
    ...{ log, settings: of, publishTo: null, check: true, clock: systemClock },
    ...{ signal: new AbortController().signal },
    ...(fromOffset === undefined ? {} : { from: { offset: fromOffset } }),
  })
  return difference
}

describe('a rewind', () => {
  const records = incident(40)
  /** Thirty days, of four cells and four series each. */
  const at = 30 * 16
  const perPartition = at / 2
  const marked = exclude('incident', day(20), day(22))

  it('forecasts from then on as if the readings of the span had never come', async () => {
    const rewound = await run(records, at, [marked, rewind()])
    // The same offsets, without the span: what is no event moves no series.
    const without = records.map((record) => {
      const inside = record.timestamp >= day(20) && record.timestamp < day(22)
      return inside ? { ...record, value: Buffer.from('{') } : record
    })
    const clean = await run(without, at, [])
    const untouched = await run(records, at, [])
    const wanted = from(clean.lines, perPartition)
    expect(wanted.length).toBeGreaterThan(200)
    expect(from(untouched.lines, perPartition), 'the incident shows in the states').not.toEqual(wanted)
    expect(from(rewound.lines, perPartition)).toEqual(wanted)
  }, 120_000)

  it('leaves what was published as it is, and is replayed from its decision, from anywhere', async () => {
    const rewound = await run(records, at, [marked, rewind()])
    const untouched = await run(records, at, [])
    const published = (lines: readonly string[]) => lines.filter((line) => !from([line], perPartition).length)
    expect(published(rewound.lines)).toEqual(published(untouched.lines))
    for (const start of [undefined, 20, perPartition - 5, perPartition, perPartition + 9]) {
      expect(await replayDiffers(rewound.log, small, start), `from ${start}`).toBeNull()
    }
  }, 120_000)

  it('does nothing to states before it is asked for: a mark alone changes no forecast', async () => {
    const marks = await run(records, at, [marked])
    expect(marks.lines).toEqual((await run(records, at, [])).lines)
  })

  it('keeps readings of the span out that come after it, with an outcome of their own', async () => {
    const ongoing = await run(records, 16 * 21, [marked, rewind()])
    const excluded = ongoing.lines.filter((line) => line.includes('"event":"excluded"'))
    // A day of the incident was still to come: four cells of four series.
    expect(excluded).toHaveLength(16)
    expect(await replayDiffers(ongoing.log, small)).toBeNull()
  })

  it('survives crashes in its middle and after it, among swaps of weights: a replay gives the same bytes', async () => {
    let rewinds = 0
    for (let seed = 1; seed <= 6; seed++) {
      const hostile = hostileRecords(seed, 300, 3)
      const swap = swapWeights(settings)
      let asks = 0
      const between = async (log: MemoryLog, random: SeededRandom) => {
        await swap(log, random)
        if (asks >= 4 || random.uniform(0, 1) > 0.15) return
        asks++
        const first = Math.floor(random.uniform(0, 20))
        await log.append(settings.topics.control, [
          exclude(`e${asks}`, day(first), day(first + 2), asks === 2 ? 'series-1' : null),
          rewind(asks === 3 ? day(2) : null),
        ])
      }
      const { log, crashes } = await interrupted(hostile, seed, settings, between, PACE)
      expect(crashes).toBeGreaterThan(0)
      for (let partition = 0; partition < settings.partitions; partition++) {
        const { end } = await log.bounds(settings.topics.decisions, partition)
        if (end === 0) continue
        for await (const { records: decided } of log.read(settings.topics.decisions, partition, 0, end))
          rewinds += decided.filter(({ value }) => Buffer.from(value!).includes('"rewind"')).length
      }
      expect(await replayDiffers(log, settings), `seed ${seed}`).toBeNull()
      expect(await replayDiffers(log, settings, 70), `seed ${seed}, from the middle`).toBeNull()
    }
    expect(rewinds).toBeGreaterThan(12)
  }, 180_000)
})
