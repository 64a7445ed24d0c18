import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { parseConfigurationText } from '#shared/configuration/configuration-file'
import { knownKeys } from '#shared/configuration/configuration-schema'
import { loadConfiguration } from '#shared/configuration/load-configuration'

const guide = readFileSync(new URL('../../../../docs/guides/configuration.md', import.meta.url), 'utf8')
const example = /```yaml\n([\s\S]*?)```/.exec(guide)?.[1] ?? ''

it('the guide shows the defaults as they are', () => {
  const { pipelines, ...platform } = parse(example)
  const settings = (all: object) => {
    const { pipelines: found, ...rest } = loadConfiguration({ env: {}, flags: { pipelines: all as never } })
    return [found.map((pipeline) => pipeline.resolve(1)), rest]
  }
  expect(settings(pipelines)).toEqual(settings({ meters: { cadence: '15m' } }))
  const { log, http, retention, topicPrefix } = loadConfiguration({ env: {}, flags: {} })
  // 30 days and 2 × 10^9 bytes, by hand.
  expect(retention).toEqual({ ageMs: 2_592_000_000, bytes: 2_000_000_000 })
  expect(platform).toEqual({
    ...{ topicPrefix, http, retention: { age: '30d', bytes: '2GB' } },
    log: { kind: log.kind, dataDir: './.foretide' },
  })
})

it('the guide names every setting there is', () => {
  const { faults } = parseConfigurationText(example, 'guide', {})
  expect(faults).toEqual([])
  for (const path of [
    [],
    ['log'],
    ['http'],
    ['retention'],
    ['pipelines', 'p'],
    ['pipelines', 'p', 'input'],
  ]) {
    for (const key of knownKeys(path)) expect(guide).toMatch(new RegExp(`\\b${key}\\b`))
  }
})
