import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { foretideDashboard, labelVariable, linesPanel } from './panels.js'

const OF_SERIES = '{pipeline="$pipeline", series="$series"}'
const part = (name: string) =>
  `max by (pipeline, series) (foretide_series_matured_forecast_value{pipeline="$pipeline", series="$series", part="${name}"})`

/** What came, in front of the band that had been forecast for it. */
export function forecastsDashboard() {
  return forecastPanels(
    foretideDashboard(
      'foretide-forecasts',
      'Foretide: forecasts',
      'What was measured, and what had been forecast for it one step before. The fan into the future is on the live page: Prometheus holds no sample of the future.',
    ).withVariable(
      labelVariable(
        'series',
        'Series',
        'label_values(foretide_series_observed_value{pipeline="$pipeline"}, series)',
      ).multi(true),
    ),
  ).build()
}

function forecastPanels(dashboard: DashboardBuilder): DashboardBuilder {
  const fan = linesPanel(
    {
      title: '$series: forecast and actual',
      description: 'The shaded band should hold 80 % of the points.',
      unit: 'short',
    },
    { expr: part('yhat_lower'), legend: 'lower' },
    { expr: part('yhat_upper'), legend: 'upper' },
    { expr: part('yhat'), legend: 'forecast' },
    { expr: `max by (pipeline, series) (foretide_series_observed_value${OF_SERIES})`, legend: 'actual' },
  )
    .overrideByName('lower', [
      { id: 'custom.lineWidth', value: 0 },
      { id: 'custom.hideFrom', value: { legend: true, tooltip: false, viz: false } },
    ])
    .overrideByName('upper', [
      { id: 'custom.lineWidth', value: 0 },
      { id: 'custom.fillBelowTo', value: 'lower' },
      { id: 'custom.fillOpacity', value: 20 },
      { id: 'color', value: { mode: 'fixed', fixedColor: 'blue' } },
    ])
    .overrideByName('forecast', [{ id: 'color', value: { mode: 'fixed', fixedColor: 'blue' } }])
    .overrideByName('actual', [{ id: 'color', value: { mode: 'fixed', fixedColor: 'text' } }])
    // Grafana fills between fields by their exact names, so each series has a panel of its own.
    .repeat('series')
    .repeatDirection('h')
    .maxPerRow(2)
    .span(24)
  const error = linesPanel(
    {
      title: 'Distance of actual from forecast',
      description: 'Of each of the shown series, in its unit.',
      unit: 'short',
    },
    {
      expr:
        'abs(max by (pipeline, series) (foretide_series_observed_value{pipeline="$pipeline"}) - ' +
        'max by (pipeline, series) (foretide_series_matured_forecast_value{pipeline="$pipeline", part="yhat"}))',
      legend: '{{series}}',
    },
  ).span(24)
  return dashboard.withPanel(fan).withPanel(error)
}
