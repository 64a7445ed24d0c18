import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface CommittedDashboard {
  readonly uid: string
  readonly panels: readonly {
    readonly title: string
    readonly description: string
    readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[]
  }[]
  readonly templating: { readonly list: readonly { readonly type: string; readonly query: unknown }[] }
  readonly annotations: { readonly list?: readonly { readonly expr?: string }[] }
}

/** Every dashboard in deploy/grafana, as committed. */
export function readDashboards(): CommittedDashboard[] {
  const folder = fileURLToPath(new URL('../../deploy/grafana/dashboards/', import.meta.url))
  return readdirSync(folder).map(
    (name) => JSON.parse(readFileSync(`${folder}${name}`, 'utf8')) as CommittedDashboard,
  )
}
