import { assemblePipeline, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import type { Forecast } from '#shared/forecast/forecast'
import type { LogRecord } from '#shared/log/port'
import { advance } from '#shared/pipeline/advance'
import { BatchOutcome } from '#shared/pipeline/batch-outcome'
import type { ForecastLine } from '#shared/pipeline/forecast-line'
import type { LineOutput } from '#shared/pipeline/line-options'
import { PartitionState } from '#shared/pipeline/partition-state'
import { viewTensors } from '#shared/recurrent/tensors'
import { smallSettings } from '../../../pipeline/pipeline-driver.js'

export const HOUR = 3_600_000
/** A Monday. */
export const START = Date.UTC(2026, 0, 5)

const utf8 = new TextEncoder()

/** A record of the input; an object is written as JSON, null is a tombstone. */
export function record(offset: number, key: string, body: unknown, timestamp: number): LogRecord {
  const value = body === null ? null : utf8.encode(typeof body === 'string' ? body : JSON.stringify(body))
  return { offset, key: utf8.encode(key), value, headers: [], timestamp }
}

/** The line alone, without a log: records in, outcomes out, batch by batch as a test cuts them. */
export class LineDriver {
  readonly settings: PipelineSettings
  readonly line: ForecastLine
  readonly partition: PartitionState
  private offset = 0

  /** @param speaks give the net heads that say something, so that hidden states show in every forecast */
  constructor(changes: Partial<PipelineSettings> = {}, speaks = false, output: Partial<LineOutput> = {}) {
    this.settings = smallSettings(changes)
    this.line = assemblePipeline(this.settings, output).line
    const untrained = pipelineUntrainedWeights(this.settings)
    const { hiddenToOutputs } = viewTensors(untrained.manifest, untrained.values)
    if (speaks) for (let i = 0; i < hiddenToOutputs.length; i++) hiddenToOutputs[i] = noise(7, i)
    const weights = this.line.engine.load(untrained)
    this.partition = new PartitionState(0, { weights, lane: 0 })
  }

  /** One batch. */
  take(records: readonly LogRecord[]): BatchOutcome {
    const outcome = new BatchOutcome(0)
    advance(this.line, this.partition, records, outcome)
    return outcome
  }

  /** One reading of a series, at a cell of the grid that begins at START. */
  read(series: string, cell: number, value: number): BatchOutcome {
    const time = START + cell * this.settings.cadenceMs
    return this.take([record(this.offset++, series, { series, time, value }, time)])
  }

  /** Readings of one series in one batch, cell after cell. @returns the forecasts */
  readAll(series: string, values: readonly number[], firstCell = 0): readonly Forecast[] {
    const records = values.map((value, i) => {
      const time = START + (firstCell + i) * this.settings.cadenceMs
      return record(this.offset++, series, { series, time, value }, time)
    })
    return this.take(records).forecasts
  }
}

/** Every number of a forecast that a message carries. */
export function numbersOf(forecast: Forecast): number[] {
  const { yhat, quantiles, shares, coverage, skill, anomaly } = forecast
  const known = [...coverage, ...skill].filter((value) => !Number.isNaN(value))
  return [...yhat, ...quantiles, ...shares, ...known, anomaly]
}

/** A number between −1 and 1 that follows from a place alone, so that series need no order to be drawn in. */
export function noise(seed: number, at: number): number {
  let x = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(at + 1, 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d)
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39)
  return ((x ^ (x >>> 15)) >>> 0) / 0x8000_0000 - 1
}
