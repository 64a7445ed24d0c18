import { describe, expect, it } from 'vitest'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { NewRecord } from '#shared/log/port'
import { createPipelineTopics, PipelineDriver, smallSettings } from './pipeline-driver.js'

const CELL_MS = 6 * 3_600_000
const START = Date.UTC(2026, 0, 1)
const SERIES = 40
/** Wall time between two batches, each with a sample of every series: all states are always dirty. */
const BATCH_MS = 1_000

function samples(from: number, to: number): NewRecord[] {
  const records: NewRecord[] = []
  for (let cell = from; cell < to; cell++) {
    for (let s = 0; s < SERIES; s++) {
      const timestamp = START + cell * CELL_MS
      const event = { series: `s${s}`, time: timestamp, value: s + Math.sin(cell) + (cell % 4) }
      const key = Buffer.from(event.series)
      records.push({ partition: 0, key, value: Buffer.from(JSON.stringify(event)), headers: [], timestamp })
    }
  }
  return records
}

interface Saved {
  /** Wall time of the commit, seconds. */
  readonly second: number
  readonly states: number
  readonly bytes: number
  readonly position: number
  readonly replayFrom: number
}

/** What each commit of a run over so many batches saved. */
async function run(
  batches: number,
  flushLimits: { readonly bytesPerSecond: number; readonly withinMs: number },
): Promise<Saved[]> {
  const settings = smallSettings({ partitions: 1, batchMax: SERIES, flushAfterMs: 2_000, flushLimits })
  const log = new MemoryLog()
  await createPipelineTopics(log, settings)
  let nowMs = 0
  const driver = await PipelineDriver.start(log, settings, () => nowMs)
  const saved: Saved[] = []
  let read = 0
  for (let batch = 0; batch < batches; batch++) {
    nowMs += BATCH_MS
    await log.append(settings.inputTopic, samples(batch, batch + 1))
    await driver.step(0)
    let [states, bytes] = [0, 0]
    let position = { position: 0, replayFrom: 0 }
    const { end } = await log.bounds(settings.topics.state, 0)
    for await (const { records } of log.read(settings.topics.state, 0, read, end)) {
      for (const { key, value } of records) {
        if (value === null) continue
        if (Buffer.from(key!).toString() === 'position') position = JSON.parse(Buffer.from(value).toString())
        else {
          states++
          bytes += value.length
        }
      }
    }
    read = end
    saved.push({ second: nowMs / 1000, states, bytes, ...position })
  }
  return saved
}

const sumOf = (saved: readonly Saved[]) => saved.reduce((sum, { bytes }) => sum + bytes, 0)
/** Batches whose readings have to be computed again after a crash. */
const distance = (saved: readonly Saved[]) =>
  saved.map(({ position, replayFrom }) => (position - replayFrom) / SERIES)

describe('the saving of states', () => {
  it('takes what it likes without a limit', async () => {
    const saved = await run(60, {
      bytesPerSecond: Number.POSITIVE_INFINITY,
      withinMs: Number.POSITIVE_INFINITY,
    })
    // All forty of them again and again, each after two seconds.
    expect(Math.max(...distance(saved))).toBeLessThanOrEqual(3)
    expect(sumOf(saved)).toBeGreaterThan(15 * 40 * 1_000)
  })

  it('keeps its rate, and saves all states in turn', async () => {
    const bytesPerSecond = 50_000
    const saved = await run(120, { bytesPerSecond, withinMs: Number.POSITIVE_INFINITY })
    // What five seconds may keep, at first.
    expect(sumOf(saved)).toBeLessThanOrEqual(bytesPerSecond * (120 + 5))
    // A state is counted as if both of its slots were filled.
    const later = saved.slice(60)
    expect(sumOf(later)).toBeGreaterThan(0.6 * bytesPerSecond * 60)
    // None waits longer than it takes to save each of them once, and the two seconds before it may be.
    const roundSeconds = SERIES / (later.reduce((sum, { states }) => sum + states, 0) / 60)
    expect(roundSeconds).toBeGreaterThan(5)
    expect(Math.max(...distance(later))).toBeLessThanOrEqual(roundSeconds + 4)
  })

  it('lets no state wait longer than it may, whatever the rate', async () => {
    const saved = await run(120, { bytesPerSecond: 1, withinMs: 20_000 })
    expect(Math.max(...distance(saved))).toBeLessThanOrEqual(21)
    const unlimited = await run(120, { bytesPerSecond: 1e12, withinMs: 20_000 })
    expect(sumOf(saved)).toBeLessThan(0.3 * sumOf(unlimited))
  })
})
