import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { METRICS } from '#shared/telemetry/metric-catalogue'
import { createTelemetry } from '#shared/telemetry/telemetry'

const clock = { now: () => 1_000_000, sleep: () => Promise.resolve() }
const create = () => createTelemetry({ pipelines: [{ name: 'p', partitions: 2 }], clock, version: '0.1.0' })
const hasPromtool = spawnSync('promtool', ['--version']).status === 0
if (!hasPromtool) console.warn('SKIPPED: no promtool on this machine (Debian package `prometheus`)')

function fill(telemetry: ReturnType<typeof create>) {
  const metrics = telemetry.pipeline('p')
  metrics.consumed(1, 7)
  metrics.outcome('forecast', '', 5)
  metrics.outcome('dead_letter', 'absurd-time', 2)
  metrics.latency(0.003)
  metrics.lag(0, 12)
  metrics.seriesHeld(0, 3)
  const live = {
    ...{ mae: 2, mase: 0.8, crps: 1.4, bias: -0.1, drift: 1.2 },
    ...{ coverage50: 0.5, coverage80: 0.81, coverage95: Number.NaN },
  }
  metrics.live(() => [['short', live]])
  const lags = [0, 1, 2, 3, 4]
  const series = [
    { series: 'a', norms: [1, 0.5, 0.25, 0.125, 0.0625] },
    { series: 'b', norms: [2, 1, 0.5, 0.25, 0.125] },
    { series: 'c', norms: [9, 9, 9, 9, 9] },
  ]
  const gradientFlow = { lags, series, decayPerLag: 0.5 }
  const figures = { loss: 0.4, gradientNorm: 1.5, clippedShare: 0.25, gradientFlow, seconds: 3 }
  metrics.training({ ...figures, result: 'challenger' })
  metrics.serving({ version: 4, trainedToMs: 2_000_000 })
  metrics.feed(9)
}

describe('createTelemetry', () => {
  it('exports what was recorded under its labels', async () => {
    const telemetry = create()
    fill(telemetry)
    const lines = (await telemetry.text()).split('\n')
    expect(lines).toEqual(
      expect.arrayContaining([
        'foretide_events_consumed_total{pipeline="p",partition="1"} 7',
        'foretide_outcomes_total{pipeline="p",outcome="forecast",reason=""} 5',
        'foretide_outcomes_total{pipeline="p",outcome="dead_letter",reason="absurd-time"} 2',
        'foretide_forecasts_published_total{pipeline="p"} 5',
        // 3 ms lies above the bucket of 2 ms and within that of 4 ms.
        'foretide_event_to_forecast_seconds_bucket{le="0.002",pipeline="p"} 0',
        'foretide_event_to_forecast_seconds_bucket{le="0.004",pipeline="p"} 1',
        'foretide_consumer_lag_records{pipeline="p",partition="0"} 12',
        'foretide_live_mase_ratio{pipeline="p",lead_band="short"} 0.8',
        'foretide_live_crps{pipeline="p",lead_band="short"} 1.4',
        'foretide_live_bias_ratio{pipeline="p",lead_band="short"} -0.1',
        'foretide_live_drift_ratio{pipeline="p",lead_band="short"} 1.2',
        'foretide_live_coverage_ratio{pipeline="p",lead_band="short",level="0.8"} 0.81',
        'foretide_trainings_total{pipeline="p",result="challenger"} 1',
        'foretide_training_clipped_updates_ratio{pipeline="p"} 0.25',
        'foretide_training_gradient_decay_ratio{pipeline="p"} 0.5',
        // The middle one of three series.
        'foretide_training_state_gradient_norm{pipeline="p",lag="0"} 2',
        'foretide_training_state_gradient_norm{pipeline="p",lag="4"} 0.125',
        'foretide_weights_version{pipeline="p"} 4',
        'foretide_weights_trained_to_timestamp_seconds{pipeline="p"} 2000',
        'foretide_weights_promoted_timestamp_seconds{pipeline="p"} 1000',
        'foretide_feed_events_total{pipeline="p"} 9',
      ]),
    )
  })

  it('leaves out figures that are not known', async () => {
    const telemetry = create()
    fill(telemetry)
    const text = await telemetry.text()
    expect(text).not.toContain('level="0.95"')
    expect(text).not.toContain('lag="8"')
    const unmeasured = create()
    const unknown = { loss: 1, gradientNorm: 1, clippedShare: Number.NaN, gradientFlow: null, seconds: 1 }
    unmeasured.pipeline('p').training({ ...unknown, result: 'failed' })
    expect(await unmeasured.text()).not.toMatch(/^foretide_training_(gradient_decay|clipped|state)/m)
    expect(text).not.toMatch(/^foretide_.* NaN$/im)
  })

  it('shows every counter at zero before anything has happened', async () => {
    const text = await create().text()
    for (const metric of Object.values(METRICS)) {
      if (metric.kind === 'counter') expect(text).toMatch(new RegExp(`^${metric.name}(\\{.*\\})? 0$`, 'm'))
    }
    expect(text).toContain('foretide_events_consumed_total{pipeline="p",partition="1"} 0')
  })

  it('tells how long the log has been waited for, and counts brokers that went silent', async () => {
    const telemetry = create()
    telemetry.log.silent()
    telemetry.log.silent()
    telemetry.log.away(61)
    const text = await telemetry.text()
    expect(text).toMatch(/^foretide_log_silences_total 2$/m)
    expect(text).toMatch(/^foretide_log_away_seconds 61$/m)
  })

  it('refuses a pipeline that it was not told of, so that labels stay a closed set', () => {
    expect(() => create().pipeline('q')).toThrow(RangeError)
  })

  it('keeps two telemetries apart', async () => {
    const one = create()
    const other = create()
    fill(one)
    expect(await other.text()).toContain('foretide_feed_events_total{pipeline="p"} 0')
  })

  it.skipIf(!hasPromtool)('passes promtool check metrics without a finding', async () => {
    const telemetry = create()
    fill(telemetry)
    const check = spawnSync('promtool', ['check', 'metrics'], { input: await telemetry.text() })
    expect(`${check.stdout}${check.stderr}`).toBe('')
    expect(check.status).toBe(0)
  })
})
