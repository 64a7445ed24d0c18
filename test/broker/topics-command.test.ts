import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand } from '../unit/services/cli/command-line.js'
import { brokers, haveKafka, uniqueName } from './open-kafka-log.js'

const DAY_MS = 86_400_000
const TOPIC = 2

describe.skipIf(!haveKafka)('foretide topics', () => {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
  const folder = mkdtempSync(join(tmpdir(), 'foretide-topics-'))
  const prefix = uniqueName('pre')
  const input = uniqueName('input')
  const file = join(folder, 'foretide.yaml')
  const configure = (age: string, partitions = 2) =>
    writeFileSync(
      file,
      JSON.stringify({
        ...{ topicPrefix: prefix, log: { kind: 'kafka', brokers }, retention: { age, bytes: '1MB' } },
        pipelines: { p: { cadence: '1h', input: { topic: input, partitions } } },
      }),
    )
  const topics = (action: string, ...flags: string[]) =>
    runCommand(['topics', action, '--config', file, ...flags])
  /** The cluster tells of a change a moment after it has taken it. */
  const planned = () => expect.poll(async () => (await topics('plan')).out, { timeout: 20_000 })
  const settingsOf = async (topic: string) => {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: TOPIC, name: topic }],
    })
    return Object.fromEntries(resources[0]!.configEntries.map((one) => [one.configName, one.configValue]))
  }

  beforeAll(() => admin.connect())
  afterAll(async () => {
    await admin.disconnect()
    rmSync(folder, { recursive: true, force: true })
  })

  it('shows what it would do and does nothing, then does it, then has nothing to do', async () => {
    configure('30d')
    const plan = await topics('plan')
    expect(plan).toMatchObject({ code: 0, err: '' })
    expect(plan.out).toContain(`+ ${input}, 2 partitions`)
    expect(plan.out).toContain(`+ ${prefix}.p.state, 2 partitions\n    cleanup.policy: compact\n`)
    expect(plan.out).toContain('10 to create, 0 to alter; foretide topics apply does it.')
    expect(await admin.listTopics()).not.toContain(input)

    expect((await topics('apply')).out).toContain('10 created, 0 altered.')
    await planned().toContain('Every topic is as it should be.')
    const forecasts = await settingsOf(`${prefix}.p.forecasts`)
    expect(forecasts).toMatchObject({
      'cleanup.policy': 'delete',
      'retention.ms': String(30 * DAY_MS),
      // Of all partitions together, and there are two.
      'retention.bytes': '500000',
    })
    for (const name of ['state', 'weights', 'control']) {
      expect(await settingsOf(`${prefix}.p.${name}`)).toMatchObject({ 'cleanup.policy': 'compact' })
    }
    const { topics: made } = await admin.fetchTopicMetadata({ topics: [input, `${prefix}.p.scores`] })
    expect(made.map(({ partitions }) => partitions.length)).toEqual([2, 2])
  })

  it('says what to set where there are fewer brokers than copies', async () => {
    const many = join(folder, 'many.yaml')
    const log = { kind: 'kafka', brokers, replicas: 32 }
    writeFileSync(
      many,
      JSON.stringify({ topicPrefix: `${prefix}-many`, log, pipelines: { p: { cadence: '1h' } } }),
    )
    const { code, err } = await runCommand(['topics', 'apply', '--config', many])
    expect(code).toBe(3)
    expect(err).toMatch(
      /fewer brokers than copies; set log\.replicas to at most their number\. 0 topics created/,
    )
  })

  it('shows a changed setting before and after, and changes that one alone', async () => {
    configure('60d')
    const plan = await topics('plan')
    const name = `${prefix}.p.forecasts`
    expect(plan.out).toContain(`~ ${name}\n    retention.ms: ${30 * DAY_MS} → ${60 * DAY_MS}\n`)
    const before = await settingsOf(name)
    expect((await topics('apply')).code).toBe(0)
    await planned().toContain('Every topic is as it should be.')
    expect(await settingsOf(name)).toEqual({ ...before, 'retention.ms': String(60 * DAY_MS) })
  })

  it('ends with 1 at what cannot be had by changing it, and changes nothing', async () => {
    configure('90d', 3)
    const { code, out } = await topics('apply', '--json')
    expect(code).toBe(1)
    const { applied, changes } = JSON.parse(out)
    expect(applied).toBe(false)
    expect(changes[0].reason).toBe(
      `Topic ${input} has 2 partitions, not 3; set input.partitions to 2, or name another input.topic.`,
    )
    expect(await settingsOf(`${prefix}.p.forecasts`)).toMatchObject({ 'retention.ms': String(60 * DAY_MS) })
  })
})
