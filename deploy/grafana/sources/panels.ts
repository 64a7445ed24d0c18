import {
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries'

/** Chosen at the top of each dashboard, so that the files import anywhere. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own placeholder
export const DATA_SOURCE = { type: 'prometheus', uid: '${datasource}' }

export interface PanelQuery {
  readonly expr: string
  /** Grafana's template for the name in the legend. */
  readonly legend: string
}

export interface PanelWords {
  readonly title: string
  readonly description: string
  /** Grafana's name of a unit: `short`, `s`, `percentunit`, … */
  readonly unit: string
}

const targets = (queries: readonly PanelQuery[]) =>
  queries.map(({ expr, legend }, index) =>
    new DataqueryBuilder()
      .datasource(DATA_SOURCE)
      .refId(String.fromCharCode(65 + index))
      .expr(expr)
      .legendFormat(legend),
  )

/** Lines over time; half of the dashboard's width. */
export function linesPanel({ title, description, unit }: PanelWords, ...queries: PanelQuery[]): PanelBuilder {
  return new PanelBuilder()
    .title(title)
    .description(description)
    .unit(unit)
    .datasource(DATA_SOURCE)
    .targets(targets(queries))
    .height(8)
    .span(12)
}

/** The present value as a number; a sixth of the width. */
export function numberPanel({ title, description, unit }: PanelWords, query: PanelQuery): StatBuilder {
  return new StatBuilder()
    .title(title)
    .description(description)
    .unit(unit)
    .datasource(DATA_SOURCE)
    .targets(targets([query]))
    .height(4)
    .span(4)
}

/** A dashboard with what all have: data source and pipeline to choose, a fixed address, no changes by hand. */
export function foretideDashboard(uid: string, title: string, description: string): DashboardBuilder {
  return new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['foretide'])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh('30s')
    .time({ from: 'now-6h', to: 'now' })
    .withVariable(new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'))
    .withVariable(
      labelVariable('pipeline', 'Pipeline', 'label_values(foretide_events_consumed_total, pipeline)'),
    )
}

/** Values of a label, to choose from. */
export function labelVariable(name: string, label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATA_SOURCE)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
}
