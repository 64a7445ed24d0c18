import { describe, expect, it } from 'vitest'
import { type KafkaOptions, provideKafka, type StartedKafka } from '../../../bin/kafka/provide-kafka.mjs'

const started = (from: StartedKafka['from'], { version = 'default' }: KafkaOptions): StartedKafka => ({
  ...{ from, version, brokers: [from], addresses: () => [from], nodes: [] },
  stop: async () => undefined,
})

/** @param docker whether an engine answers, or answers and starts nothing */
function choose(
  options: Parameters<typeof provideKafka>[0],
  env: Readonly<Record<string, string>>,
  docker: boolean | 'broken',
) {
  const said: string[] = []
  const kafka = provideKafka(
    options,
    { env, say: (line) => said.push(line) },
    {
      dockerAnswers: async () => docker !== false,
      startContainers: async (wanted) => {
        if (docker === 'broken') throw new Error('no such image')
        return started('container', wanted)
      },
      startArtefacts: async (wanted) => started('artefacts', wanted),
    },
  )
  return { kafka, said }
}

describe('a Kafka for tests and developers', () => {
  it('is the one that KAFKA_BROKERS names, whatever else there is', async () => {
    const { kafka } = choose({ nodes: 3 }, { KAFKA_BROKERS: 'a:1, b:2' }, true)
    await expect(kafka).resolves.toMatchObject({ from: 'environment', brokers: ['a:1', 'b:2'], nodes: [] })
  })

  it('is never that one where its brokers are to be killed', async () => {
    const { kafka } = choose({ own: true, nodes: 3 }, { KAFKA_BROKERS: 'a:1' }, false)
    await expect(kafka).resolves.toMatchObject({ from: 'artefacts', nodes: [] })
  })

  it('comes in containers where a Docker engine answers', async () => {
    const { kafka, said } = choose({ nodes: 3 }, { FORETIDE_KAFKA_VERSION: '3.9.1' }, true)
    await expect(kafka).resolves.toMatchObject({ from: 'container', version: '3.9.1' })
    expect(said).toEqual([])
  })

  it('comes from the artefacts where none answers, and that is said', async () => {
    const { kafka, said } = choose({ version: '4.1.1' }, { FORETIDE_KAFKA_VERSION: '3.9.1' }, false)
    await expect(kafka).resolves.toMatchObject({ from: 'artefacts', version: '4.1.1' })
    expect(said.join()).toContain('NO DOCKER ENGINE ANSWERS')
  })

  it('comes from the artefacts where containers do not come up, with the reason', async () => {
    const { kafka, said } = choose({}, {}, 'broken')
    await expect(kafka).resolves.toMatchObject({ from: 'artefacts' })
    expect(said.join()).toContain('no such image')
  })

  it('comes from the artefacts where users are wanted, which the image has no setting for', async () => {
    const scram = [{ mechanism: 'SCRAM-SHA-256', username: 'u', password: 'p' } as const]
    const { kafka } = choose({ scram }, {}, true)
    await expect(kafka).resolves.toMatchObject({ from: 'artefacts' })
  })
})
