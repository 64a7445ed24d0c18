import { describe, expect, it } from 'vitest'
import { LABEL_VALUES, METRICS, type MetricDefinition } from '#shared/telemetry/metric-catalogue'

const metrics: readonly MetricDefinition[] = Object.values(METRICS)

// Rules of https://prometheus.io/docs/practices/naming/
describe('the metric catalogue', () => {
  it.each(metrics.map((metric) => [metric.name, metric] as const))(
    '%s is named by the rules',
    (name, metric) => {
      expect(name).toMatch(/^foretide_[a-z]+(_[a-z]+)*$/)
      expect(name.endsWith('_total')).toBe(metric.kind === 'counter')
      expect(name).not.toMatch(/_(milliseconds|ms|minutes|kilobytes|percent)$/)
      expect(metric.help).toMatch(/^[A-Z].*\.$/)
    },
  )

  it('has no name twice', () => {
    expect(new Set(metrics.map(({ name }) => name)).size).toBe(metrics.length)
  })

  it('never has a series among its labels, whose values would be without bound', () => {
    expect(Object.keys(LABEL_VALUES)).not.toContain('series')
    for (const { labels } of metrics) for (const label of labels) expect(LABEL_VALUES).toHaveProperty(label)
  })

  it('gives histograms rising buckets', () => {
    for (const { buckets } of metrics.filter(({ kind }) => kind === 'histogram')) {
      expect(buckets).toEqual([...(buckets ?? [])].sort((a, b) => a - b))
      expect(buckets?.length).toBeGreaterThan(5)
    }
  })
})
