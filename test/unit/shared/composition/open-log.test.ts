import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { kafkaConnection, openTopicAdmin } from '#shared/composition/open-log'
import type { KafkaSettings } from '#shared/configuration/log-settings'

const folder = mkdtempSync(join(tmpdir(), 'foretide-open-log-'))
afterAll(() => rmSync(folder, { recursive: true }))

const settings = (rest: Partial<KafkaSettings>): KafkaSettings => ({
  ...{ kind: 'kafka', dataDir: folder, brokers: ['127.0.0.1:1'], clientId: 'c', prefix: 'p' },
  guarantee: 'exactly-once',
  ...rest,
})

describe('the connection to Kafka', () => {
  it('says which file of a TLS set-up is not there, or is none', () => {
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    }
    const connect = (tls: KafkaSettings['tls']) => () => kafkaConnection(settings({ tls }))
    const missing = join(folder, 'none.pem')
    expect(connect({ ca: missing })).toThrow(`log.tls.ca: cannot read ${missing}: there is no such file`)
    expect(connect({ ca: folder })).toThrow(`log.tls.ca: cannot read ${folder}: `)
    const der = file('ca.der', '\u0030\u0082')
    expect(connect({ ca: der })).toThrow(`log.tls.ca: ${der} is no PEM file`)
    const broken = file('broken.pem', '-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n')
    expect(connect({ cert: broken, key: broken })).toThrow(/^log\.tls: cannot be used: /)
    for (const tls of [{ ca: missing }, { ca: der }, { cert: broken }]) {
      expect(connect(tls)).toThrow(expect.objectContaining({ exitCode: 2 }))
    }
  })

  it('says of a cluster that does not answer where it was looked for, and what to look at', async () => {
    const server = createServer()
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
    })
    await new Promise((resolve) => server.close(resolve))
    const admin = await openTopicAdmin(settings({ brokers: [`127.0.0.1:${port}`] }))
    const specs = ['a', 'b'].map((topic) => ({ topic, partitions: 1, cleanup: 'delete' }) as const)
    await expect(admin.plan(specs)).rejects.toMatchObject({
      message: `Kafka cannot be reached: connect ECONNREFUSED 127.0.0.1:${port}; check log.brokers, and that a broker answers there.`,
      exitCode: 3,
    })
  })
})
