import type { Clock } from '#shared/clock/clock'
import type { StepReport } from '#shared/pipeline/partition-run'
import type { Outcome } from '#shared/telemetry/metric-catalogue'
import type { PipelineMetrics } from '#shared/telemetry/pipeline-metrics'
import { LivePipelineScores } from './live-scores.js'
import { RateMeter } from './rate-meter.js'

/** Watches the steps of a pipeline's partitions from outside the line, and keeps what metrics and status report. */
export class StepObserver {
  readonly rate = new RateMeter()
  readonly live: LivePipelineScores
  private readonly lag = new Map<number, number>()
  private readonly held = new Map<number, number>()

  constructor(
    private readonly metrics: PipelineMetrics,
    private readonly clock: Clock,
    scoredLeads: readonly number[],
  ) {
    this.live = new LivePipelineScores(scoredLeads)
    metrics.live(() => this.live.byBand())
  }

  get lagRecords(): number {
    return sum(this.lag)
  }

  get seriesHeld(): number {
    return sum(this.held)
  }

  /** Note what a partition holds after a restore. */
  restored(partition: number, series: number): void {
    this.held.set(partition, series)
    this.metrics.seriesHeld(partition, series)
  }

  /** A partition is another's now, or nobody's. */
  lost(partition: number): void {
    this.lag.delete(partition)
    this.held.delete(partition)
    this.metrics.lag(partition, 0)
    this.metrics.seriesHeld(partition, 0)
  }

  /** @param series held by the partition after the step */
  step({ batch, consumed, outcome }: StepReport, series: number): void {
    const now = this.clock.now()
    const { partition, records, endOffset } = batch
    const lag = endOffset - (records[records.length - 1].offset + 1)
    if (this.lag.get(partition) !== lag) this.metrics.lag(partition, lag)
    this.lag.set(partition, lag)
    this.rate.add(now, consumed.length)
    if (this.held.get(partition) !== series) this.restored(partition, series)
    if (consumed.length === 0) return
    this.metrics.consumed(partition, consumed.length)

    const { forecasts, scores, lifecycle, deadLetters } = outcome
    this.metrics.outcome('forecast', '', forecasts.length)
    for (const { event } of lifecycle) this.metrics.outcome(event.replace('-', '_') as Outcome, '', 1)
    for (const { reason } of deadLetters) this.metrics.outcome('dead_letter', reason, 1)
    for (const { timestampMs } of forecasts) this.metrics.latency(Math.max(0, now - timestampMs) / 1000)
    this.live.take(forecasts, scores)
  }
}

function sum(counts: ReadonlyMap<number, number>): number {
  let total = 0
  for (const count of counts.values()) total += count
  return total
}
