import { filter, firstValueFrom, interval } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { type ForecasterHandle, runForecaster } from '#services/forecaster/run-forecaster'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { PipelineMetrics } from '#shared/telemetry/pipeline-metrics'
import type { StructuredLog } from '#shared/telemetry/structured-log'
import { hostileRecords } from '../../../pipeline/hostile-records.js'
import {
  createPipelineTopics,
  PipelineDriver,
  readOutputs,
  smallSettings,
} from '../../../pipeline/pipeline-driver.js'
import { VirtualClock } from '../feeder/virtual-clock.js'

/** Metrics as sums by name. */
function countingMetrics(onConsumed: (total: number) => void = () => undefined) {
  const sums: Record<string, number> = {}
  const add = (name: string, count: number) => {
    sums[name] = (sums[name] ?? 0) + count
  }
  const metrics: PipelineMetrics = {
    consumed: (_, records) => {
      add('consumed', records)
      onConsumed(sums.consumed)
    },
    outcome: (kind, _, count) => add(kind, count),
    latency: () => add('latency', 1),
    lag: () => undefined,
    seriesHeld: () => undefined,
    live: () => undefined,
    training: () => undefined,
    weightsDecision: () => undefined,
    serving: () => undefined,
    commitFailed: () => add('commitFailed', 1),
    feed: () => undefined,
  }
  return { sums, metrics }
}

const silent = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
} as unknown as StructuredLog

async function filledLog(log = new MemoryLog()) {
  const settings = smallSettings()
  await createPipelineTopics(log, settings)
  const records = hostileRecords(3, 600, settings.partitions)
  await log.append(settings.inputTopic, records)
  return { log, settings, total: records.length }
}

const until = (done: () => boolean) => firstValueFrom(interval(1).pipe(filter(done)))

describe('runForecaster', () => {
  it('writes what the line driven by hand writes, over two lives', async () => {
    const { log: expectedLog, settings } = await filledLog()
    await (await PipelineDriver.start(expectedLog, settings, () => 0)).drain()
    const expected = await readOutputs(expectedLog, settings)

    const { log, total } = await filledLog()
    let first: ForecasterHandle | undefined
    const { sums, metrics } = countingMetrics((consumed) => {
      if (consumed >= 100) void first?.stop()
    })
    const options = {
      log,
      pipeline: { ...settings, batchMax: 5 },
      clock: new VirtualClock(0),
      metrics,
      notes: silent,
    }
    first = await runForecaster(options)
    await first.done
    expect(sums.consumed).toBeLessThan(total)
    first = undefined
    const second = await runForecaster(options)
    await until(() => sums.consumed === total)
    expect(second.status()).toMatchObject({ ready: true, lagRecords: 0, servingVersion: 0 })
    await second.stop()
    await second.done

    expect(await readOutputs(log, settings)).toEqual(expected)
    const count = (topic: string) => expected.filter((line) => line.startsWith(`${topic}/`)).length
    expect(sums.consumed).toBe(total)
    expect(sums.forecast).toBe(count(settings.topics.forecasts))
    expect(sums.latency).toBe(sums.forecast)
    expect(sums.dead_letter).toBe(count(settings.topics.deadLetters))
  })

  it('restores and goes on when a commit fails for a passing reason', async () => {
    let commits = 0
    const faults = { beforeCommit: () => (++commits === 3 ? ('fail-before' as const) : ('proceed' as const)) }
    const { log, settings, total } = await filledLog(new MemoryLog({ faults }))
    const { log: expectedLog } = await filledLog()
    await (await PipelineDriver.start(expectedLog, settings, () => 0)).drain()
    const { sums, metrics } = countingMetrics()
    const pipeline = { ...settings, batchMax: 50 }
    const forecaster = await runForecaster({
      log,
      pipeline,
      clock: new VirtualClock(0),
      metrics,
      notes: silent,
    })
    await until(() => (sums.consumed ?? 0) === total)
    await forecaster.stop()
    expect(commits).toBeGreaterThan(3)
    expect(await readOutputs(log, settings)).toEqual(await readOutputs(expectedLog, settings))
  })

  it('restores its partitions side by side', async () => {
    let [reading, most] = [0, 0]
    class SlowToRead extends MemoryLog {
      override async *read(...[topic, ...rest]: Parameters<MemoryLog['read']>) {
        if (topic === smallSettings().topics.state) {
          most = Math.max(most, ++reading)
          await until(() => most === smallSettings().partitions)
        }
        yield* super.read(topic, ...rest)
      }
    }
    const { log, settings } = await filledLog(new SlowToRead())
    const options = { log, pipeline: settings, clock: new VirtualClock(0), notes: silent }
    // Something to restore: without it nothing is read.
    for (let partition = 0; partition < settings.partitions; partition++) {
      const tombstone = { partition, key: Buffer.from('@owner'), value: null, headers: [], timestamp: 0 }
      await log.append(settings.topics.state, [tombstone])
    }
    const forecaster = await runForecaster({ ...options, metrics: countingMetrics().metrics })
    await until(() => forecaster.status().ready)
    await forecaster.stop()
    expect(most).toBe(settings.partitions)
  })

  it.each([
    ['says so where the configuration pins a version that nobody published', 9, ['9']],
    ['takes the untrained net for a version', 0, []],
  ])('%s', async (_, pinnedVersion, expected) => {
    const { log, settings } = await filledLog()
    const warned: string[] = []
    const warn = (message: string, { version }: { version: number }) => {
      if (message.startsWith('the configuration pins a version')) warned.push(String(version))
    }
    const forecaster = await runForecaster({
      ...{ log, pipeline: { ...settings, pinnedVersion }, clock: new VirtualClock(0) },
      ...{ metrics: countingMetrics().metrics, notes: { ...silent, warn } as unknown as StructuredLog },
    })
    await forecaster.stop()
    expect(warned).toEqual(expected)
  })
})
