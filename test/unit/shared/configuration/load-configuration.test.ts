import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigurationError } from '#shared/configuration/configuration-error'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import type { ConfigurationFlags } from '#shared/configuration/override-settings'
import { EXPERT_NAMES } from '#shared/experts/expert-names'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foretide-configuration-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function load(yaml: string, env: Record<string, string> = {}, flags: ConfigurationFlags = {}) {
  const file = join(folder, 'foretide.yaml')
  writeFileSync(file, yaml)
  return loadConfiguration({ file, env, flags })
}

/** Faults as `line:column message`. */
function faultsOf(yaml: string, env: Record<string, string> = {}, flags: ConfigurationFlags = {}): string[] {
  try {
    load(yaml, env, flags)
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    return error.faults.map(({ where, message }) => `${where.split('foretide.yaml:').at(-1)} ${message}`)
  }
  return []
}

const minimal = 'pipelines:\n  meters:\n    cadence: 15m\n'

describe('loadConfiguration', () => {
  it('is the demo without a file, and one waiting pipeline without the demo', () => {
    const demo = loadConfiguration({ env: {}, flags: {} })
    expect(demo.pipelines.map((p) => [p.name, p.cadenceMs, p.feed?.source])).toEqual([
      ['flights', 3_600_000, 'demo:flights'],
      ['weather', 86_400_000, 'demo:weather'],
    ])
    const empty = loadConfiguration({ env: {}, flags: { demo: false, cadence: '15m' } })
    expect(empty.pipelines.map((p) => [p.name, p.cadenceMs, p.feed])).toEqual([['events', 900_000, null]])
    expect(empty.pipelines[0]?.resolve(1).inputTopic).toBe('sensors.events')
  })

  it('resolves a pipeline with defaults that follow from its cadence', () => {
    const settings = load(minimal).pipelines[0]?.resolve(1)
    // By hand: 96 quarters of an hour are a day; 90 days are longer than 1,000 quarters.
    expect(settings).toMatchObject({
      name: 'meters',
      inputTopic: 'sensors.meters',
      partitions: 3,
      cadenceMs: 900_000,
      season: 96,
      gapMax: 96,
      ttlMs: 90 * 86_400_000,
      graceMs: 0,
      skewMaxMs: 3_600_000,
      levels: [],
      falseAlarmsPer10k: 5,
      timeUnit: 'ms',
      timeUnitExplicit: false,
      pinnedVersion: null,
      weightsKept: 20,
      learn: true,
      retentionMs: 30 * 86_400_000,
    })
    expect(settings?.topics.forecasts).toBe('foretide.meters.forecasts')
    expect(structuredClone(settings)).toEqual(settings)
  })

  it('gives a result that cannot be changed', () => {
    const configuration = load(minimal)
    const settings = configuration.pipelines[0]?.resolve(1)
    expect(() => Object.assign(settings ?? {}, { horizon: 1 })).toThrow(TypeError)
    expect(() => Object.assign(settings?.fields ?? {}, { time: 'x' })).toThrow(TypeError)
    expect(() => Object.assign(configuration.http, { port: 1 })).toThrow(TypeError)
  })

  it('reports every fault at once, with its line and column', () => {
    const yaml = [
      'http:', //                    1
      '  port: 70000', //            2
      'pipelines:', //               3
      '  a:', //                     4
      '    cadence: soon', //        5
      '    horizont: 24', //         6
      '    input:', //               7
      '      partitions: 1.5', //    8
      '  "b c":', //                 9
      '    cadence: 1h', //          10
    ].join('\n')
    expect(faultsOf(yaml)).toEqual([
      '2:9 `port` must be a whole number from 0 to 65535, not 70000',
      '5:14 `cadence` must be a duration such as 15m, 1h or 1d, longer than nothing, not "soon"',
      '6:5 unknown key `horizont`; did you mean `horizon`?',
      '8:19 `partitions` must be a whole number from 1 to 1024, not 1.5',
      '9:3 `b c` must be a pipeline name: letters, digits, dashes and underscores, at most 80',
    ])
  })

  it('shows the beginning of what is no configuration, not the whole file', () => {
    // A CSV file is one long text to YAML. 80 characters: a quote, 78 of the text, the ellipsis.
    const csv = ['time,a', ...Array.from({ length: 500 }, (_, row) => `${row},1`)].join('\n')
    const shown = csv.replaceAll('\n', ' ').slice(0, 78)
    expect(faultsOf(csv)).toEqual([`1:1 \`the file\` must be a map of settings, not "${shown}…`])
  })

  it('switches experts by a preset and one by one, and knows their names', () => {
    const settings = (model: string) => load(`${minimal}    model: ${model}\n`).pipelines[0]!.resolve(1)
    expect(settings('{}').experts).toEqual(EXPERT_NAMES)
    expect(settings('{preset: minimal}').experts).not.toContain('autoregression')
    expect(settings('{preset: full}').experts).toEqual(EXPERT_NAMES)
    expect(['minimal', 'lean', 'full'].map((preset) => settings(`{preset: ${preset}}`).hidden)).toEqual([
      48, 48, 96,
    ])
    expect(settings('{preset: full, hidden: 16}').hidden).toBe(16)
    const chosen = settings('{preset: minimal, experts: {autoregression: true, seasonal: false}}')
    expect(chosen.experts).toContain('autoregression')
    expect(chosen.experts).not.toContain('seasonal')
    // Nothing is left to train for.
    expect(settings('{experts: {recurrent: false}}').learn).toBe(false)
    expect(faultsOf(`${minimal}    model:\n      experts: {autoregresion: false}\n`)).toEqual([
      '5:17 unknown key `autoregresion`; did you mean `autoregression`?',
    ])
    expect(faultsOf(`${minimal}    model: {preset: leen}\n`)).toEqual([
      '4:21 `preset` must be one of minimal, lean, full, not "leen"',
    ])
    const off = EXPERT_NAMES.map((name) => `${name}: false`).join(', ')
    expect(faultsOf(`${minimal}    model:\n      experts: {${off}}\n`)).toEqual([
      '5:16 `experts` of pipeline `meters` switches all of them off: leave one on, such as `persistence`',
    ])
  })

  it('refuses experts of which none can say anything of the cadence and season', () => {
    const only = (name: string) =>
      EXPERT_NAMES.filter((other) => other !== name)
        .map((other) => `${other}: false`)
        .join(', ')
    const of = (cadence: string, name: string) =>
      `pipelines:\n  meters:\n    ${cadence}\n    model:\n      experts: {${only(name)}}\n`
    // Weeks are kept of days with hours, and the slow experts are for a reading a day or less often.
    for (const [cadence, name] of [
      ['cadence: 1d', 'seasonal-week'],
      ['cadence: 1h', 'log-seasonal'],
      ['cadence: 1h', 'seasonal-drift'],
      ['cadence: 31d', 'fast-read-out'],
    ] as const) {
      expect(faultsOf(of(cadence, name))).toEqual([
        `5:16 \`experts\` of pipeline \`meters\` leaves \`${name}\`, which can say nothing of such a cadence and season: leave one on, such as \`persistence\``,
      ])
    }
    // Not known yet: the season of ten days, or the cadence, is found in the data.
    expect(faultsOf(of('cadence: 10d', 'log-seasonal'))).toEqual([])
    expect(faultsOf(of('feed: {source: a.csv}', 'log-seasonal'))).toEqual([])
    expect(faultsOf(of('cadence: 31d', 'log-seasonal'))).toEqual([])
  })

  it('refuses to save states at the latest before they may be at the earliest', () => {
    expect(faultsOf(`${minimal}    flushAfter: 30s\n    flushWithin: 10s\n`)).toEqual([
      '5:18 `flushWithin` of pipeline `meters` is shorter than `flushAfter`: states would have to be saved before they may be',
    ])
  })

  it('names all known keys when none is near', () => {
    expect(faultsOf(`${minimal}retention:\n  zzz: 1\n`)).toEqual([
      '5:3 unknown key `zzz`; known are `age`, `bytes`',
    ])
  })

  it('says what YAML cannot be read, and where', () => {
    expect(faultsOf('a: [1, 2\nb: 3\n')).toHaveLength(1)
    expect(faultsOf(`${minimal}  meters:\n    cadence: 1h\n`)[0]).toBe('4:3 Map keys must be unique')
    expect(() => loadConfiguration({ file: join(folder, 'none.yaml'), env: {}, flags: {} })).toThrow(
      /none\.yaml: cannot be read: there is no such file/,
    )
  })

  it('asks for the cadence of a pipeline without a feed, and leaves it open with one', () => {
    expect(faultsOf('pipelines:\n  a: {}\n')[0]).toMatch(/^2:6 `cadence` of pipeline `a` is missing/)
    const [pipeline] = load('pipelines:\n  a: { feed: { source: ./a.csv } }\n').pipelines
    expect(pipeline?.cadenceMs).toBeNull()
    expect(pipeline?.resolve(60_000)).toMatchObject({ cadenceMs: 60_000, season: 1440 })
    expect(pipeline?.feed?.source).toBe(join(folder, 'a.csv'))
  })

  it('takes a number of samples or a duration for the distance between trainings', () => {
    const every = (text: string) =>
      load(`${minimal}    learn: { every: ${text} }\n`).pipelines[0]?.resolve(60_000).learnEvery
    expect(every('50000')).toEqual({ samples: 50_000 })
    expect(every('7d')).toEqual({ durationMs: 604_800_000 })
    expect(load(minimal).pipelines[0]?.resolve(60_000).learnEvery).toBeNull()
    expect(faultsOf(`${minimal}    learn: { every: often }\n`)[0]).toMatch(
      /^4:21 `every` must be a number of samples such as 50000, or a duration/,
    )
  })

  it('refuses an empty set of pipelines, and an input among its own topics', () => {
    expect(faultsOf('pipelines: {}\n')).toEqual(['1:12 there is no pipeline'])
    expect(faultsOf('http: {}\n')).toEqual(['1:1 `pipelines` is missing'])
    const own = `${minimal}    input: { topic: foretide.x }\n`
    expect(faultsOf(own)[0]).toMatch(/^4:21 `topic` must not begin with `foretide\.`/)
  })

  it('fills in environment variables, with defaults, and reads numbers out of them', () => {
    const yaml = `http: { port: "\${PORT:-9090}", token: "\${TOKEN}" }\n${minimal}`
    expect(load(yaml, { TOKEN: '12345' }).http).toEqual({ host: '127.0.0.1', port: 9090, token: '12345' })
    expect(load(yaml, { TOKEN: 't', PORT: '1' }).http.port).toBe(1)
    expect(faultsOf(yaml)).toEqual([
      `1:39 environment variable TOKEN is not set; set it, or write ${'$'}{TOKEN:-default}`,
    ])
  })

  it('takes the password of Kafka from the environment alone, and repeats it nowhere', () => {
    const kafka = (sasl: string) =>
      `log: { kind: kafka, brokers: a:1, sasl: { username: u${sasl} } }\n${minimal}`
    const faults = faultsOf(kafka(', password: hunter2'))
    expect(faults).toEqual([
      expect.stringMatching(/^1:66 `log.sasl.password` is a secret: .*FORETIDE_KAFKA_PASSWORD/),
    ])
    expect(faults.join()).not.toContain('hunter2')
    const expected = { sasl: { username: 'u', password: 'p' } }
    expect(load(kafka(''), { FORETIDE_KAFKA_PASSWORD: 'p' }).log).toMatchObject(expected)
    expect(load(kafka(`, password: "\${SECRET}"`), { SECRET: 'p' }).log).toMatchObject(expected)
  })

  it('calls an entry of a list by the name of the list', () => {
    expect(faultsOf(`${minimal}    levels: [0.01, 2]\n`)).toEqual([
      '4:20 `levels` must be a number from 0.0001 to 0.9999, not 2',
    ])

    expect(faultsOf(`${minimal}    levels: [much]\n`)).toEqual([
      '4:14 `levels` must be a number from 0.0001 to 0.9999, not "much"',
    ])
    const many = Array.from({ length: 101 }, (_, i) => (i + 1) / 102)
    expect(faultsOf(`${minimal}    levels: ${JSON.stringify(many)}\n`)).toEqual([
      expect.stringContaining('`levels` must be a list of at most 100 numbers between 0 and 1, not ['),
    ])
    const brokers = (text: string) => faultsOf(`log: { kind: kafka, brokers: "${text}" }\n${minimal}`)
    expect(brokers('a:1, localhost')).toEqual([
      '1:30 `brokers` must be an address and a port up to 65535, such as kafka-1:9092, not "localhost"',
    ])
    expect(brokers('a:99999')).toEqual([
      '1:30 `brokers` must be an address and a port up to 65535, such as kafka-1:9092, not "a:99999"',
    ])
    expect(brokers('[::1]:9092,a:1')).toEqual([])
    expect(faultsOf(`log: { kind: kafka }\n${minimal}`)).toEqual([
      '1:6 `brokers` must be given for kind kafka: addresses such as kafka-1:9092, as a list or with commas between',
    ])
  })

  it('says where the login of Kafka comes from, and does not send its password open unless told to', () => {
    const kafka = (rest: string) => `log: { kind: kafka, brokers: a:1${rest} }\n${minimal}`
    expect(faultsOf(kafka(', sasl: { username: u }'))).toEqual([
      '1:41 `password` is missing: set FORETIDE_KAFKA_PASSWORD',
    ])
    const env = { FORETIDE_KAFKA_PASSWORD: 'p' }
    expect(faultsOf(kafka(''), env)[0]).toMatch(
      /`username` is missing in `log\.sasl`: whose password is it that FORETIDE_KAFKA_PASSWORD holds\?$/,
    )
    const plain = ', sasl: { mechanism: plain, username: u }'
    expect(faultsOf(kafka(plain), env)).toEqual([
      expect.stringMatching(/^1:54 `mechanism` plain sends the password/),
    ])
    for (const tls of ['true', 'false', '{ ca: ca.pem }']) {
      expect(faultsOf(kafka(`, tls: ${tls}${plain}`), env)).toEqual([])
    }
    expect(faultsOf(kafka(', sasl: { username: u }'), env)).toEqual([])
  })

  it('leaves a login of the environment to Kafka', () => {
    const env = { FORETIDE_KAFKA_PASSWORD: 'p' }
    expect(load(minimal, env).log).toEqual(load(minimal).log)
    const kafka = { FORETIDE_LOG_KIND: 'kafka', FORETIDE_KAFKA_BROKERS: 'a:1', FORETIDE_KAFKA_USERNAME: 'u' }
    expect(load(minimal, { ...env, ...kafka }).log).toMatchObject({ sasl: { username: 'u', password: 'p' } })
  })

  it('cannot be given structure through an environment variable', () => {
    const yaml = `topicPrefix: \${PREFIX}\n${minimal}`
    expect(faultsOf(yaml, { PREFIX: 'x\nhttp: { port: 1 }' })).toHaveLength(1)
  })

  it('lets the environment win over the file, and flags over both', () => {
    const yaml = `http: { port: 1, host: file }\n${minimal}`
    const env = { FORETIDE_HTTP_PORT: '2', FORETIDE_HTTP_HOST: 'environment' }
    expect(load(yaml).http).toMatchObject({ port: 1, host: 'file' })
    expect(load(yaml, env).http).toMatchObject({ port: 2, host: 'environment' })
    expect(load(yaml, env, { port: '3' }).http).toMatchObject({ port: 3, host: 'environment' })
  })

  it('names the variable or the flag that a bad value came from', () => {
    expect(faultsOf(minimal, { FORETIDE_HTTP_PORT: 'x' })).toEqual([
      'FORETIDE_HTTP_PORT `port` must be a whole number from 0 to 65535, not "x"',
    ])
    expect(faultsOf(minimal, {}, { port: '-1' })[0]).toMatch(/^--port `port` must be/)
    expect(faultsOf(minimal, { FORETIDE_HTTP_PROT: '1' })).toEqual([
      'FORETIDE_HTTP_PROT unknown environment variable; did you mean `FORETIDE_HTTP_PORT`?',
    ])
    // What Kubernetes puts into every container beside a service called foretide.
    expect(
      faultsOf(minimal, { FORETIDE_SERVICE_HOST: '10.0.0.1', FORETIDE_PORT: 'tcp://10.0.0.1:80' }),
    ).toEqual([])
  })

  it('takes relative paths from the folder of the file, and those of flags from the working directory', () => {
    expect(load(`log: { dataDir: kept }\n${minimal}`).log.dataDir).toBe(join(folder, 'kept'))
    expect(load(minimal, {}, { dataDir: 'kept' }).log.dataDir).toBe(join(process.cwd(), 'kept'))
  })

  it('switches learning and speed of all pipelines by flag', () => {
    const { pipelines } = loadConfiguration({ env: {}, flags: { learn: false, speed: 'max' } })
    expect(pipelines.map((p) => [p.resolve(1).learn, p.feed?.speed])).toEqual([
      [false, 'max'],
      [false, 'max'],
    ])
    expect(loadConfiguration({ env: {}, flags: { speed: '14400x' } }).pipelines[0]?.feed?.speed).toBe(14_400)
  })

  it('never shows a token', () => {
    expect(faultsOf(`http: { token: 7 }\n${minimal}`)).toEqual([
      '1:16 `token` must be text; put it in quotes',
    ])
  })

  it('withstands names that objects have by nature', () => {
    expect(faultsOf(`${minimal}__proto__: { a: 1 }\nconstructor: 1\n`)).toHaveLength(2)
  })
})
