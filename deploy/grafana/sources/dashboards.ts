import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { forecastsDashboard } from './forecasts-dashboard.js'
import { learningDashboard } from './learning-dashboard.js'
import { pipelineDashboard } from './pipeline-dashboard.js'
import { qualityDashboard } from './quality-dashboard.js'

/** Every dashboard, in Grafana's own form. */
export function buildDashboards(): Dashboard[] {
  return [forecastsDashboard(), qualityDashboard(), learningDashboard(), pipelineDashboard()]
}

/** The files in deploy/grafana/dashboards. */
export function dashboardFiles(): { readonly name: string; readonly text: string }[] {
  return buildDashboards().map((dashboard) => ({
    name: `${dashboard.uid}.json`,
    text: `${JSON.stringify(dashboard, null, 2)}\n`,
  }))
}
