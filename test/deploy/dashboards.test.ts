import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { METRICS } from '#shared/telemetry/metric-catalogue'
import { SERIES_METRICS } from '#shared/telemetry/series-metrics'
import { dashboardFiles } from '../../deploy/grafana/sources/dashboards.js'
import { readDashboards } from './read-dashboards.js'

const grafana = fileURLToPath(new URL('../../deploy/grafana/', import.meta.url))

describe('the dashboards', () => {
  it('are what `npm run dashboards` builds', () => {
    const built = dashboardFiles().map(({ name, text }) => [name, JSON.parse(text) as unknown])
    const committed = readdirSync(`${grafana}dashboards`).map((name) => [
      name,
      JSON.parse(readFileSync(`${grafana}dashboards/${name}`, 'utf8')) as unknown,
    ])
    expect(Object.fromEntries(committed)).toEqual(Object.fromEntries(built))
  })

  it('have an address, a title and panels that explain themselves', () => {
    const dashboards = readDashboards()
    expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(4)
    for (const { uid, panels } of dashboards) {
      expect(uid).toMatch(/^foretide-/)
      expect(panels.length).toBeGreaterThan(1)
      expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length)
      for (const panel of panels) expect(panel.description).toMatch(/\.$/)
    }
  })

  it('draw forecast against actual with a band between its ends', () => {
    const forecasts = readDashboards().find(({ uid }) => uid === 'foretide-forecasts')!
    const [fan] = forecasts.panels
    expect(fan!.targets.map(({ legendFormat }) => legendFormat)).toEqual([
      ...['lower', 'upper', 'forecast', 'actual'],
    ])
    expect(JSON.stringify(fan)).toContain('{"id":"custom.fillBelowTo","value":"lower"}')
  })

  it('show every metric of ours', () => {
    const rules = readFileSync(`${grafana}../prometheus/rules/recording.yml`, 'utf8')
    const queries = JSON.stringify(readDashboards()) + rules
    const names = [...Object.values(METRICS), ...Object.values(SERIES_METRICS)].map(({ name }) => name)
    // What the stream time of the trained weights is worth depends on the stream.
    const left = names.filter((name) => !queries.includes(name))
    expect(left).toEqual(['foretide_weights_trained_to_timestamp_seconds'])
  })

  it('are provisioned where the compose file puts them', () => {
    const { providers } = parse(readFileSync(`${grafana}provisioning/dashboards/foretide.yml`, 'utf8')) as {
      providers: { options: { path: string } }[]
    }
    expect(providers[0]!.options.path).toBe('/var/lib/grafana/dashboards')
    expect(existsSync(`${grafana}provisioning/datasources/prometheus.yml`)).toBe(true)
  })
})
