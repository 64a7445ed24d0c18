import { readDashboards } from './read-dashboards.js'
import { readRules } from './read-rules.js'

export interface ShippedQuery {
  /** Where it stands. */
  readonly from: string
  readonly expr: string
}

/** Every query of every rule, panel, annotation and variable, for one pipeline and series. */
export function shippedQueries(pipeline: string, series: string): ShippedQuery[] {
  const fill = (expr: string) => expr.replaceAll('$pipeline', pipeline).replaceAll('$series', series)
  const rules = readRules().map((rule) => ({
    from: 'alert' in rule ? rule.alert : rule.record,
    expr: 'alert' in rule ? withoutThresholds(rule.expr) : rule.expr,
  }))
  const panels = readDashboards().flatMap(({ uid, panels, annotations, templating }) => [
    ...panels.flatMap(({ title, targets }) =>
      targets.map(({ expr, legendFormat }) => ({ from: `${uid}: ${title}: ${legendFormat}`, expr })),
    ),
    ...(annotations.list ?? []).flatMap(({ expr }) =>
      expr === undefined ? [] : [{ from: `${uid}: annotation`, expr: withoutThresholds(expr) }],
    ),
    ...templating.list.flatMap(({ type, query }) =>
      type === 'query' ? [{ from: `${uid}: variable`, expr: labelledMetric(String(query)) }] : [],
    ),
  ])
  return [...rules, ...panels].map(({ from, expr }) => ({ from, expr: fill(expr) }))
}

/** An alert's expression has no result while all is well. Without its thresholds it must have one. */
export function withoutThresholds(expr: string): string {
  return expr.replace(/\s*(==|>|<)\s*-?[\d.]+/g, '')
}

/** The selector in Grafana's `label_values(selector, label)`. */
function labelledMetric(query: string): string {
  const selector = query.match(/^label_values\((.*), \w+\)$/)?.[1]
  if (selector === undefined) throw new Error(`not a query of label values: ${query}`)
  return selector
}
