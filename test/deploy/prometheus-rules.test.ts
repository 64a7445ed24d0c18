import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { METRICS } from '#shared/telemetry/metric-catalogue'
import { findTool } from './find-tool.js'
import { type AlertRule, readRules } from './read-rules.js'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = `${root}deploy/prometheus`
const promtool = findTool('promtool')
const alerts = readRules().filter((rule): rule is AlertRule => 'alert' in rule)

describe('the Prometheus rules', () => {
  it.skipIf(promtool === null)('are right by promtool', async () => {
    const files = readdirSync(`${folder}/rules`).map((name) => `${folder}/rules/${name}`)
    await run(promtool!, ['check', 'rules', ...files])
    await run(promtool!, ['check', 'config', '--syntax-only', `${folder}/prometheus.yml`])
  })

  it.skipIf(promtool === null)('are quiet and fire when their tests say', async () => {
    const { stdout } = await run(promtool!, ['test', 'rules', `${folder}/tests/alerts.test.yml`])
    expect(stdout).toContain('SUCCESS')
  })

  it('have a test for each alert', () => {
    const { tests } = parse(readFileSync(`${folder}/tests/alerts.test.yml`, 'utf8')) as {
      tests: { alert_rule_test?: { alertname: string; exp_alerts: unknown[] }[] }[]
    }
    const cases = tests.flatMap((test) => test.alert_rule_test ?? [])
    const firing = cases.filter((each) => each.exp_alerts.length > 0).map((each) => each.alertname)
    const quiet = cases.filter((each) => each.exp_alerts.length === 0).map((each) => each.alertname)
    const names = alerts.map(({ alert }) => alert).sort()
    expect(names.length).toBeGreaterThan(5)
    expect(firing.sort()).toEqual(names)
    expect(quiet.sort()).toEqual(names)
  })

  it.each(alerts.map((rule) => [rule.alert, rule] as const))(
    '%s has a page that says what to do',
    (name, rule) => {
      const page = rule.annotations.runbook_url
      expect(existsSync(`${root}${page}`)).toBe(true)
      const text = readFileSync(`${root}${page}`, 'utf8')
      expect(text).toContain(`# ${name}\n`)
      expect(text).toContain(`Severity: ${rule.labels.severity}.`)
      expect(text).toContain('## What to do')
    },
  )

  it('leave no page without an alert', () => {
    const pages = readdirSync(`${root}deploy/runbooks`).map((name) => `deploy/runbooks/${name}`)
    expect(pages.sort()).toEqual(alerts.map((rule) => rule.annotations.runbook_url).sort())
  })

  it('speak only of metrics that the catalogue has', () => {
    const known = new Set<string>(
      Object.values(METRICS).flatMap(({ name, kind }) =>
        kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    )
    const named = readRules().flatMap(({ expr }) => expr.match(/(?<![:\w])foretide_\w+(?![:\w])/g) ?? [])
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })
})
