import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { loadConfiguration } from '#shared/configuration/load-configuration'

const root = fileURLToPath(new URL('../..', import.meta.url))

const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.literal('http') }) })
const container = z.object({
  image: z.string(),
  args: z.array(z.string()),
  env: z.array(
    z.object({ name: z.string(), value: z.string().optional(), valueFrom: z.unknown().optional() }),
  ),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
})
const item = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ConfigMap'), data: z.record(z.string(), z.string()) }),
  z.object({
    kind: z.literal('Service'),
    spec: z.object({ ports: z.array(z.object({ targetPort: z.string() })) }),
  }),
  z.object({
    kind: z.literal('Deployment'),
    spec: z.object({
      replicas: z.number(),
      selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
      template: z.object({
        metadata: z.object({ labels: z.record(z.string(), z.string()) }),
        spec: z.object({ containers: z.array(container).length(1) }),
      }),
    }),
  }),
])

const text = readFileSync(`${root}deploy/kubernetes/foretide.yaml`, 'utf8')
const { items } = z.object({ items: z.array(item) }).parse(parse(text, { merge: true }))
const deployments = items.filter((each) => each.kind === 'Deployment').map(({ spec }) => spec)
const containers = deployments.map(({ template }) => template.spec.containers[0]!)

describe('the Kubernetes manifests', () => {
  it('run forecasters, a trainer and a gateway of this version', () => {
    const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string }
    expect(containers.map(({ image }) => image)).toEqual(Array(3).fill(`foretide:${version}`))
    expect(containers.map(({ args }) => args.join(' '))).toEqual([
      ...['run forecaster', 'run trainer', 'run gateway'],
    ])
  })

  it('select the pods that they make', () => {
    for (const { selector, template } of deployments) {
      expect(template.metadata.labels).toEqual(selector.matchLabels)
    }
  })

  it('do not restart a process because the brokers are away', () => {
    for (const { startupProbe, livenessProbe, readinessProbe, ports } of containers) {
      expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet.path)).toEqual([
        ...['/livez', '/livez', '/readyz'],
      ])
      expect(ports).toEqual([{ name: 'http', containerPort: 8080 }])
    }
  })

  it('hold a configuration that Foretide takes, with its secrets from the environment', () => {
    const folder = mkdtempSync(join(tmpdir(), 'foretide-manifest-'))
    try {
      const file = join(folder, 'foretide.yaml')
      const map = items.find((each) => each.kind === 'ConfigMap')!
      writeFileSync(file, map.data['foretide.yaml']!)
      const named = containers[0]!.env.filter(({ valueFrom }) => valueFrom !== undefined)
      const env = Object.fromEntries(named.map(({ name }) => [name, `secret of ${name}`]))
      const { log, http } = loadConfiguration({ file, flags: {}, env })
      expect(http).toMatchObject({ port: 8080, token: 'secret of FORETIDE_HTTP_TOKEN' })
      expect(JSON.stringify(log)).toContain('secret of FORETIDE_KAFKA_PASSWORD')
      expect(log.kind).toBe('kafka')
      expect(text).not.toMatch(/password: /)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
