import { systemClock } from '#shared/clock/system-clock'
import {
  assemblePipeline,
  pipelineUntrainedWeights,
  snapshotPolicy,
} from '#shared/composition/pipeline-parts'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import type { Log, LogRecord, Ownership } from '#shared/log/port'
import { ControlRequests } from '#shared/pipeline/control-requests'
import type { PartitionRunOptions } from '#shared/pipeline/partition-run'
import { type Restored, restorePartition } from '#shared/pipeline/restore-partition'
import { WeightsLibrary } from '#shared/pipeline/weights-library'

/** Restores partitions that a test makes itself, over one line. */
export class HandDrivenRuns {
  readonly control: ControlRequests
  /** Hidden states that the line's engine holds, and versions that are loaded. */
  lanes = 0
  loaded = 0
  readonly wire: PartitionRunOptions['wire']
  private readonly options: PartitionRunOptions

  constructor(
    private readonly log: Log,
    private readonly settings: PipelineSettings,
  ) {
    const { line, wire } = assemblePipeline(settings)
    const { engine } = line
    const { allocate, free, load, unload } = engine
    engine.allocate = (shape) => {
      this.lanes++
      return allocate.call(engine, shape)
    }
    engine.free = (lane) => {
      this.lanes--
      free.call(engine, lane)
    }
    engine.load = (weights) => {
      this.loaded++
      return load.call(engine, weights)
    }
    engine.unload = (weights) => {
      this.loaded--
      unload.call(engine, weights)
    }
    this.wire = wire
    this.control = new ControlRequests(wire)
    const library = new WeightsLibrary(engine, wire, pipelineUntrainedWeights(settings), {
      refused: () => undefined,
    })
    this.options = {
      ...{ line, wire, library, topics: settings.topics, clock: systemClock, batchMax: 100 },
      ...{ flushAfterMs: settings.flushAfterMs, flushLimits: settings.flushLimits, control: this.control },
      ...{ snapshots: snapshotPolicy(settings), decides: true, publish: true },
    }
  }

  restore(partition: Ownership, signal = new AbortController().signal): Promise<Restored> {
    const { log, settings, options } = this
    return restorePartition(log, partition, settings.inputTopic, options, { signal })
  }
}

const START = Date.UTC(2026, 0, 1)
const CADENCE_MS = 6 * 3_600_000

/** Readings of one series, one at each step of the small settings' cadence. */
export function waveRecords(from: number, count: number): LogRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const timestamp = START + (from + i) * CADENCE_MS
    const value = Buffer.from(JSON.stringify({ series: 's', time: timestamp, value: Math.sin(from + i) }))
    return { offset: from + i, key: Buffer.from('s'), value, headers: [], timestamp }
  })
}
