import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { firstValueFrom } from 'rxjs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { openLog, openTopicAdmin } from '#shared/composition/open-log'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import type { KafkaSettings } from '#shared/configuration/log-settings'
import { LogDeniedError } from '#shared/log/errors'
import type { Log, TopicSpec } from '#shared/log/port'
import { record, values } from '../contract/log-contract.js'
import { haveKafka, uniqueName } from './open-kafka-log.js'
import { passwordOf, type Right, type SecureKafka, startSecureKafka } from './secure-kafka.js'

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const

describe.skipIf(!haveKafka)('a cluster that asks who is there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'foretide-access-'))
  const logs: Log[] = []
  let secure: SecureKafka | null = null

  beforeAll(async () => {
    secure = await startSecureKafka(['full', 'poor', 'reader', 'maker', 'writer', 'worker'])
  }, 600_000)
  beforeEach((context) => {
    if (secure === null) context.skip()
  })
  afterEach(async () => {
    await Promise.all(logs.splice(0).map((log) => log.close()))
  })
  afterAll(async () => {
    await secure?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Settings as a configuration file and the environment give them. */
  const configured = (log: object, password?: string): KafkaSettings => {
    const file = join(folder, `${uniqueName('foretide')}.yaml`)
    writeFileSync(
      file,
      JSON.stringify({ log: { kind: 'kafka', ...log }, pipelines: { p: { cadence: '1h' } } }),
    )
    const env = password === undefined ? {} : { FORETIDE_KAFKA_PASSWORD: password }
    return loadConfiguration({ file, flags: {}, env }).log as KafkaSettings
  }
  const loginSettings = (
    username: string,
    mechanism: (typeof MECHANISMS)[number] = 'scram-sha-512',
    password = passwordOf(username),
  ) => {
    const { kafka, files } = secure!
    const login = { brokers: kafka.addresses('LOGIN'), tls: { ca: files.ca }, sasl: { mechanism, username } }
    return configured(login, password)
  }
  const open = async (settings: KafkaSettings) => {
    const log = await openLog(settings, systemClock)
    logs.push(log)
    return log
  }
  const login = async (...as: Parameters<typeof loginSettings>) => open(loginSettings(...as))
  /** A topic that is there, whoever may see it. */
  const existing = async () => {
    const topic = uniqueName('topic')
    const log = await open(configured({ brokers: secure!.kafka.brokers }))
    await log.createTopics([{ topic, partitions: 1, cleanup: 'delete' }])
    await log.append(topic, [record('a')])
    return topic
  }
  /** Rights come to a broker a moment after they were given: until then another one is missing. */
  const denied = (what: string, work: () => Promise<unknown>) =>
    expect
      .poll(() => work().catch((failure: unknown) => failure), { timeout: 20_000 })
      .toSatisfy(
        (failure) =>
          failure instanceof LogDeniedError && failure.message.includes(`Kafka does not allow ${what}`),
      )

  it.each(MECHANISMS)('lets users in by %s over TLS', async (mechanism) => {
    const topic = await existing()
    await secure!.grant('full', [
      ['READ', 'topic', topic],
      ['WRITE', 'topic', topic],
    ])
    const log = await login('full', mechanism)
    await log.append(topic, [record('b')])
    expect(await values(log, topic)).toEqual(['a', 'b'])
  })

  it('lets clients in by their certificate', async () => {
    const topic = await existing()
    await secure!.grant('CN=client', [['READ', 'topic', topic]])
    const { kafka, files } = secure!
    const log = await open(configured({ brokers: kafka.addresses('MUTUAL'), tls: files }))
    expect(await values(log, topic)).toEqual(['a'])
  })

  it('asks for a certificate where a listener wants one', async () => {
    const { kafka, files } = secure!
    const log = await open(configured({ brokers: kafka.addresses('MUTUAL'), tls: { ca: files.ca } }))
    await expect(log.partitions('any')).rejects.toThrow(
      /^Kafka does not take this client's certificate .*log\.tls\.cert/,
    )
  })

  it.each(MECHANISMS)('refuses a wrong password by %s, and nobody repeats it', async (mechanism) => {
    const wrong = 'wrong-9f7-password'
    const log = await login('full', mechanism, wrong)
    const error: Error = await log.partitions('any').then(
      () => new Error('it was let in'),
      (failure) => failure,
    )
    expect(error).toBeInstanceOf(LogDeniedError)
    expect(error.message).toMatch(/^Kafka refused the login: .*check log\.sasl/)
    for (let one: unknown = error; one instanceof Error; one = one.cause) {
      expect(`${one.message}${one.stack}${JSON.stringify(one)}`).not.toContain(wrong)
    }
  })

  it('says what to do where a listener takes no login', async () => {
    const { kafka, files } = secure!
    const settings = configured(
      { brokers: kafka.addresses('MUTUAL'), tls: files, sasl: { username: 'full' } },
      passwordOf('full'),
    )
    const error: Error = await (await open(settings)).partitions('any').then(
      () => new Error('it was let in'),
      (failure) => failure,
    )
    expect(error).toBeInstanceOf(LogDeniedError)
    expect(error.message).toMatch(/^Kafka takes no login at this address; leave log\.sasl out/)
  })

  it('says that a login is missing where a listener wants one', async () => {
    const { kafka, files } = secure!
    const settings = configured({ brokers: kafka.addresses('LOGIN'), tls: { ca: files.ca } })
    const wanted: TopicSpec[] = [{ topic: 'any', partitions: 1, cleanup: 'delete' }]
    const missing = /^Kafka closes the connection at the first question, .*set log\.sasl/
    await expect((await openTopicAdmin(settings)).plan(wanted)).rejects.toThrow(missing)
    await expect((await open(settings)).createTopics(wanted)).rejects.toThrow(missing)
    await expect((await open(settings)).partitions('any')).rejects.toThrow(missing)
  }, 15_000)

  it.each([
    ['speaks TLS', 'LOGIN', false],
    ['speaks none', undefined, true],
  ] as const)(
    'says that log.tls does not fit a listener that %s',
    async (_, listener, speaksTls) => {
      const { kafka, files } = secure!
      const brokers = listener ? kafka.addresses(listener) : kafka.brokers
      const log = await open(configured({ brokers, tls: speaksTls && { ca: files.ca } }))
      await expect(log.partitions('any')).rejects.toThrow(/^Kafka cannot be reached: .*; check log\.tls/)
    },
    15_000,
  )

  it('is not believed without a certificate from an authority that is known', async () => {
    const { kafka } = secure!
    const settings = configured(
      { brokers: kafka.addresses('LOGIN'), tls: true, sasl: { username: 'full' } },
      passwordOf('full'),
    )
    const log = await open(settings)
    await expect(log.partitions('any')).rejects.toThrow(/certificate is not trusted.*log\.tls\.ca/)
  })

  it('says which topic may not be described, read, created', async () => {
    const topic = await existing()
    const log = await login('reader')
    await denied(`Describe on topic ${topic}`, () => log.partitions(topic))
    await secure!.grant('reader', [['DESCRIBE', 'topic', topic]])
    await expect.poll(() => log.partitions(topic).catch(() => 0), { timeout: 20_000 }).toBe(1)
    await denied(`Read on topic ${topic}`, () => values(log, topic))
    const other = uniqueName('other')
    await secure!.grant('reader', [['DESCRIBE', 'topic', other]])
    const spec: TopicSpec = { topic: other, partitions: 1, cleanup: 'delete' }
    await denied(`Create on topic ${other}`, () => log.createTopics([spec]))
    await secure!.grant('reader', [['DESCRIBE', 'topic', topic]])
    const admin = await openTopicAdmin(loginSettings('reader'))
    await denied(`DescribeConfigs on topic ${topic}`, () => admin.plan([{ ...spec, topic }]))
  })

  it('makes the topics that may be made, and names every other', async () => {
    const [mine, first, second] = [uniqueName('mine'), uniqueName('theirs'), uniqueName('theirs')]
    const spec = (topic: string): TopicSpec => ({ topic, partitions: 1, cleanup: 'delete' })
    const specs = [first, mine, second].map(spec)
    const admin = await openTopicAdmin(loginSettings('maker'))
    await denied(`Describe on topics ${first}, ${mine}, ${second}`, () => admin.plan(specs))
    await secure!.grant('maker', [
      ...specs.map(({ topic }): Right => ['DESCRIBE', 'topic', topic]),
      ['CREATE', 'topic', mine],
    ])
    const applied = () =>
      admin
        .plan(specs)
        .then((changes) => admin.apply(changes))
        .catch(({ message }) => message)
    await expect
      .poll(applied, { timeout: 20_000 })
      .toMatch(
        new RegExp(
          `^Kafka does not allow Create on topics (${first}, ${second}|${second}, ${first}); .* 1 topic created,`,
        ),
      )
    const root = await open(configured({ brokers: secure!.kafka.brokers }))
    expect(await Promise.all([mine, first, second].map((topic) => root.partitions(topic)))).toEqual([1, 0, 0])
  })

  it('says which topic may not be written, in a transaction or not', async () => {
    const [topic, second] = [await existing(), await existing()]
    await secure!.grant('writer', [
      ['DESCRIBE', 'topic', topic],
      ['DESCRIBE', 'topic', second],
    ])
    const log = await login('writer')
    await denied('IdempotentWrite on the cluster', () => log.append(topic, [record('b')]))
    await secure!.grant('writer', [['IDEMPOTENT_WRITE', 'cluster', 'kafka-cluster']])
    await denied(`Write on topic ${topic}`, () => log.append(topic, [record('b')]))
    // Rights come to a broker a moment after they were given.
    await secure!.grant('writer', [['WRITE', 'topic', topic]])
    await expect.poll(() => log.append(topic, [record('b')]).then(() => 'done', String)).toBe('done')
    const both = () => log.append(topic, [record('c')]).then(() => log.append(second, [record('c')]))
    await denied(`Write on topic ${second}`, both)
  })

  it('says which transactional id and which group are missing', async () => {
    const input = await existing()
    await secure!.grant('poor', [
      ['READ', 'topic', input],
      ['READ', 'group', `foretide-g.${input}`],
    ])
    const log = await login('poor')
    await denied(`Write on transactional id foretide-g-${input}-0`, () =>
      firstValueFrom(log.ownerships(input, 'g')),
    )
    await denied(`Read on group foretide-h.${input}`, () => firstValueFrom(log.ownerships(input, 'h')))
  })

  it('lets a worker work that has the rights of docs/guides/kafka.md, and no other', async () => {
    const input = uniqueName('input')
    const all = (name: string, ...operations: Right[0][]): Right[] =>
      operations.map((operation) => [operation, 'topic', name])
    await secure!.grant('worker', [
      ...all(input, 'READ', 'DESCRIBE', 'DESCRIBE_CONFIGS'),
      ...all('foretide.*', 'READ', 'WRITE', 'DESCRIBE', 'DESCRIBE_CONFIGS', 'CREATE'),
      ['READ', 'group', 'foretide-*'],
      ['WRITE', 'transactional id', 'foretide-*'],
      ['DESCRIBE', 'transactional id', 'foretide-*'],
      ['IDEMPOTENT_WRITE', 'cluster', 'kafka-cluster'],
    ])
    const root = await open(configured({ brokers: secure!.kafka.brokers }))
    await root.createTopics([{ topic: input, partitions: 1, cleanup: 'delete' }])
    await root.append(input, [record('a')])

    const log = await login('worker')
    const [out, state] = [`foretide.${input}.out`, `foretide.${input}.state`]
    // Every start looks at the input as well.
    await log.createTopics([
      { topic: input, partitions: 1, cleanup: 'delete' },
      { topic: out, partitions: 1, cleanup: 'delete' },
      { topic: state, partitions: 1, cleanup: 'compact' },
    ])
    const own = await firstValueFrom(log.ownerships(input, 'foretide-p'))
    // firstValueFrom leaves, and with it the partition: what it could do is seen by one that stays.
    expect(own.partition).toBe(0)
    const done = new Promise<void>((resolve, reject) => {
      log.ownerships(input, 'foretide-p').subscribe({
        next: async (held) => {
          try {
            await held.settle(state)
            const { records } = await held.next(0)
            const write = { topic: out, records: [record('forecast')] }
            await held.commit([write], records.at(-1)!.offset + 1)
            resolve()
          } catch (error) {
            reject(error)
          }
        },
        error: reject,
      })
    })
    await done
    await expect.poll(() => values(log, out)).toEqual(['forecast'])
  })
})
