import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import { composeSchema } from './compose-schema.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string) => readFileSync(`${root}${file}`, 'utf8')
const content: unknown = parse(read('docker-compose.yml'), { merge: true })
const compose = composeSchema.parse(content)
const services = Object.entries(compose.services)
const ours = services.filter(([, { image }]) => image.startsWith('foretide:'))

describe('docker-compose.yml', () => {
  it('brings up Kafka, two forecasters, a trainer, a gateway, Prometheus and Grafana', () => {
    expect(services.map(([name]) => name).sort()).toEqual([
      ...['forecaster-1', 'forecaster-2', 'gateway', 'grafana', 'kafka', 'prometheus', 'trainer'],
    ])
    expect(ours.map(([, { command }]) => command)).toEqual([
      ...[
        ['run', 'forecaster'],
        ['run', 'forecaster'],
        ['run', 'trainer'],
        ['run', 'gateway'],
      ],
    ])
  })

  it('refuses an image that is not pinned, and a key that Compose does not know', () => {
    const changed = (fields: object) => ({
      ...compose,
      services: { ...compose.services, kafka: { ...compose.services.kafka, ...fields } },
    })
    expect(composeSchema.safeParse(changed({})).success).toBe(true)
    expect(composeSchema.safeParse(changed({ image: 'apache/kafka:latest' })).success).toBe(false)
    expect(composeSchema.safeParse(changed({ helthcheck: {} })).success).toBe(false)
  })

  it('names paths that exist, volumes and secrets that it declares, and services that it has', () => {
    for (const [, { build, volumes = [], secrets = [], depends_on = {} }] of services) {
      if (build) expect(existsSync(`${root}${build.dockerfile}`)).toBe(true)
      for (const volume of volumes) {
        const from = volume.split(':')[0]!
        if (from.startsWith('./')) expect(existsSync(`${root}${from}`), from).toBe(true)
        else expect(compose.volumes).toHaveProperty(from)
      }
      for (const secret of secrets) expect(compose.secrets).toHaveProperty(secret)
      for (const name of Object.keys(depends_on)) expect(compose.services).toHaveProperty(name)
    }
  })

  it('runs the version that this is', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string }
    expect(new Set(ours.map(([, { image }]) => image))).toEqual(new Set([`foretide:${version}`]))
  })

  it('starts Foretide with a configuration and variables that Foretide knows', () => {
    const [, { environment = {} }] = ours[0]!
    const env = { ...environment, FORETIDE_HTTP_TOKEN: 'a-token' }
    const { FORETIDE_CONFIG: mounted = '', ...others } = env as Record<string, string>
    const [from] = ours[0]![1].volumes!.find((volume) => volume.includes(`:${mounted}:`))!.split(':')
    const configuration = loadConfiguration({ file: `${root}${from}`, flags: {}, env: others })
    // Each variable has arrived where it belongs.
    expect(configuration.log).toMatchObject({ kind: 'kafka', brokers: ['kafka:9092'] })
    expect(configuration.http).toEqual({ host: '0.0.0.0', port: 8080, token: 'a-token' })
    expect(Object.keys(environment)).toHaveLength(6)
  })

  it('asks each service for its health on the port that it listens on', () => {
    const [, { environment = {}, healthcheck }] = ours[0]!
    expect(healthcheck.test.at(-1)).toContain(`:${environment.FORETIDE_HTTP_PORT}/livez`)
    expect(compose.services.kafka!.healthcheck.test.at(-1)).toBe('localhost:9092')
    expect(compose.services.kafka!.environment!.KAFKA_LISTENERS).toContain('INSIDE://:9092')
    expect(compose.services.kafka!.environment!.KAFKA_ADVERTISED_LISTENERS).toContain('INSIDE://kafka:9092')
  })

  it('has Prometheus scrape every service of ours, with the token that they ask for', () => {
    const [{ targets }] = parse(read('deploy/prometheus/targets/foretide.yml')) as [{ targets: string[] }]
    expect(targets).toEqual(ours.map(([name]) => `${name}:8080`))
    const { scrape_configs } = parse(read('deploy/prometheus/prometheus.yml')) as {
      scrape_configs: { authorization: { credentials_file: string } }[]
    }
    const [secret] = compose.services.prometheus!.secrets!
    expect(scrape_configs[0]!.authorization.credentials_file).toBe(`/run/secrets/${secret}`)
    expect(compose.secrets[secret!]!.environment).toBe('FORETIDE_HTTP_TOKEN')
  })

  it('gives Grafana the dashboards where its provisioning looks, and Prometheus as their source', () => {
    const { volumes } = compose.services.grafana!
    const provider = parse(read('deploy/grafana/provisioning/dashboards/foretide.yml')) as {
      providers: [{ options: { path: string } }]
    }
    expect(volumes).toContain(`./deploy/grafana/dashboards:${provider.providers[0].options.path}:ro`)
    const source = parse(read('deploy/grafana/provisioning/datasources/prometheus.yml')) as {
      datasources: [{ url: string }]
    }
    expect(source.datasources[0].url).toBe('http://prometheus:9090')
  })

  it('builds from files that the repository has', () => {
    const copied = [...read('deploy/images/Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)]
    expect(copied.length).toBeGreaterThan(1)
    for (const file of copied.flatMap(([, files]) => files!.split(' '))) {
      expect(existsSync(`${root}${file}`), file).toBe(true)
    }
  })

  it('installs and keeps the binaries that the build and the log come in, which npm calls optional', () => {
    const lock = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { dev?: boolean; optional?: boolean }>
    }
    const [installing = '', pruning = ''] = [
      ...read('deploy/images/Dockerfile').matchAll(/npm (?:ci|prune)[^&\n]*/g),
    ].map(([command]) => command)
    expect(installing).toMatch(/^npm ci/)
    expect(pruning).toMatch(/^npm prune/)
    const kept = (command: string, name: string) => {
      const { dev = false, optional = false } = lock.packages[`node_modules/${name}`]!
      return !(dev && command.includes('--omit=dev')) && !(optional && command.includes('--omit=optional'))
    }
    for (const machine of ['linux-x64', 'linux-arm64']) {
      expect(kept(installing, `@esbuild/${machine}`)).toBe(true)
      expect(kept(`${installing} ${pruning}`, `@lmdb/lmdb-${machine}`)).toBe(true)
    }
    expect(kept(pruning, 'typescript')).toBe(false)
  })
})
