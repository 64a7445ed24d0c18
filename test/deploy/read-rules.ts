import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

export interface RecordingRule {
  readonly record: string
  readonly expr: string
}

export interface AlertRule {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly labels: { readonly severity: string }
  readonly annotations: {
    readonly summary: string
    readonly description: string
    readonly runbook_url: string
  }
}

interface RuleFile {
  readonly groups: readonly {
    readonly name: string
    readonly rules: readonly (RecordingRule | AlertRule)[]
  }[]
}

/** Every rule that deploy/prometheus has. */
export function readRules(): (RecordingRule | AlertRule)[] {
  const folder = fileURLToPath(new URL('../../deploy/prometheus/rules/', import.meta.url))
  return readdirSync(folder).flatMap((name) => {
    const { groups } = parse(readFileSync(`${folder}${name}`, 'utf8')) as RuleFile
    return groups.flatMap(({ rules }) => rules)
  })
}
