import { filter, firstValueFrom, interval } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { type ForecasterHandle, runForecaster } from '#services/forecaster/run-forecaster'
import { WeightsHistory } from '#services/trainer/weights-history'
import { assembleWire, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import { pinRecords, weightsRecord } from '#shared/contracts/weights-records'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { PipelineMetrics } from '#shared/telemetry/pipeline-metrics'
import type { StructuredLog } from '#shared/telemetry/structured-log'
import { hostileRecords } from '../../../pipeline/hostile-records.js'
import { randomWeights } from '../../../pipeline/interrupted-run.js'
import {
  createPipelineTopics,
  PipelineDriver,
  promotionRecord,
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
    weightsDecision: (decision) => add(`decision ${decision}`, 1),
    trainerRestarted: () => undefined,
    trainerGivenUp: () => undefined,
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

  it('reads no states on once it was told to stop', async () => {
    let read = 0
    let goOn: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      goOn = resolve
    })
    class SlowToRead extends MemoryLog {
      override async *read(...[topic, ...rest]: Parameters<MemoryLog['read']>) {
        for await (const batch of super.read(topic, ...rest)) {
          yield batch
          if (topic !== settings.topics.state) continue
          read++
          await held
        }
      }
    }
    const settings = smallSettings({ partitions: 1 })
    const log = new SlowToRead()
    await createPipelineTopics(log, settings)
    const owner = { partition: 0, key: Buffer.from('@owner'), value: null, headers: [], timestamp: 0 }
    // Several batches.
    await log.append(settings.topics.state, new Array(2_000).fill(owner))
    const { metrics } = countingMetrics()
    const forecaster = await runForecaster({
      ...{ log, pipeline: settings, clock: new VirtualClock(0), metrics, notes: silent },
    })
    await until(() => read === 1)
    await forecaster.stop()
    goOn()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(read).toBe(1)
  })

  it("writes the configuration's pin into the weights topic, takes it back when it is gone, and counts what is decided", async () => {
    const { log, settings } = await filledLog()
    const weights = settings.topics.weights
    for (const version of [1, 2]) await log.append(weights, [weightsRecord(randomWeights(version, settings))])
    await log.append(weights, [promotionRecord(randomWeights(2, settings), 0)])
    /** One life with this pin, after which the topic says who serves, and by whose will. */
    const life = async (
      pinnedVersion: number | null,
      decide: () => Promise<void> = async () => undefined,
    ) => {
      const { sums, metrics } = countingMetrics()
      const forecaster = await runForecaster({
        ...{
          log,
          pipeline: { ...settings, pinnedVersion },
          clock: new VirtualClock(0),
          metrics,
          notes: silent,
        },
      })
      await decide()
      const { end } = await log.bounds(weights, 0)
      await until(() => forecaster.status().ready && forecaster.status().lagRecords === 0)
      await forecaster.stop()
      const history = new WeightsHistory(
        log,
        weights,
        assembleWire(settings),
        pipelineUntrainedWeights(settings),
      )
      await history.catchUp()
      const { serving, pinned } = history.standing
      const decided = Object.keys(sums).filter((name) => name.startsWith('decision '))
      return {
        end,
        decided,
        serving: serving.manifest.version,
        pinned,
        forecasts: forecaster.status().servingVersion,
      }
    }
    const before = (await log.bounds(weights, 0)).end
    const pinned = await life(1)
    expect(pinned).toEqual({ ...pinned, decided: ['decision pin'], serving: 1, pinned: true })
    expect(pinned.end).toBe(before + 2)
    // It stands there already.
    expect(await life(1)).toMatchObject({ end: before + 2, decided: [], serving: 1, pinned: true })
    // Nobody promotes past it; what serves goes on serving when it is gone.
    const unpinned = await life(null)
    expect(unpinned).toMatchObject({
      end: before + 4,
      decided: ['decision unpin'],
      serving: 1,
      pinned: false,
    })
    expect(await life(null)).toMatchObject({ end: before + 4, decided: [], serving: 1, pinned: false })
    // A pin by hand is no business of the configuration.
    await log.append(weights, pinRecords({ version: 2, champion: 1 }, { by: 'ada@desk', reason: null }, 0))
    expect(await life(null)).toMatchObject({ decided: [], serving: 2, pinned: true })
    // What each partition obeyed, in the order of its decisions: as the topic says.
    const obeyed: number[] = []
    for await (const { records } of log.read(
      settings.topics.decisions,
      0,
      0,
      (await log.bounds(settings.topics.decisions, 0)).end,
    ))
      for (const { value } of records) obeyed.push(JSON.parse(Buffer.from(value!).toString()).version)
    expect(obeyed.slice(0, 4)).toEqual([1, 2, 2, 1])
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
