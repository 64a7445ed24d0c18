import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { kafkaConnection, openTopicAdmin } from '#shared/composition/open-log'
import type { KafkaSettings } from '#shared/configuration/log-settings'

const folder = mkdtempSync(join(tmpdir(), 'foretide-open-log-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** By `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj /CN=test`; its key is nowhere. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBdTCCARugAwIBAgIUCLOGwjEs8C4bvESZKOuJ5nZAj/8wCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjkxMTM2MjFaGA8yMTI2MTEwNTExMzYy
MVowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABE+B
qgFMDiWcJKU1CLvuRL94S6d8LT3CNCktAYN9mbhUFOiJq1KF7WPKdI134xawqsnF
SCgOlnrYdPFfMXsqndCjUzBRMB0GA1UdDgQWBBS2S6u4UQ2QG9IrWLPfNUD/pUh7
ljAfBgNVHSMEGDAWgBS2S6u4UQ2QG9IrWLPfNUD/pUh7ljAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0gAMEUCID5FXUTGdlGBe5S7Tr4A3qdma9+tN3A77cOy
JV1M2ce/AiEApOpb2FTuUEc4W1rEvf9aZkEnzf4Y1BM5dR8ZPT1DXCw=
-----END CERTIFICATE-----
`

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
    expect(connect({ cert: broken })).toThrow(
      `log.tls.cert: ${broken} holds no certificate that can be used: `,
    )
    expect(connect({ key: broken })).toThrow(`log.tls.key: ${broken} holds no private key that can be used: `)
    const [one, other] = [0, 1].map(() => {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      return pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    })
    const key = file('client.key', one!)
    // What is a key to one field is no certificate to another, and the other way round.
    expect(connect({ ca: key })).toThrow(`log.tls.ca: ${key} holds no certificate that can be used: `)
    const cert = file('client.pem', certificate)
    expect(connect({ key: cert })).toThrow(`log.tls.key: ${cert} holds no private key that can be used: `)
    expect(connect({ cert })).toThrow('log.tls.key: is missing: name the private key of log.tls.cert')
    expect(connect({ key })).toThrow('log.tls.cert: is missing: name the certificate of log.tls.key')
    const others = file('others.key', other!)
    expect(connect({ cert, key: others })).toThrow(/^log\.tls: cannot be used: /)
    expect(connect({ ca: cert })).not.toThrow()
    for (const tls of [{ ca: missing }, { ca: der }, { cert: broken }]) {
      expect(connect(tls)).toThrow(expect.objectContaining({ exitCode: 2 }))
    }
  })

  it('asks whether TLS is spoken where a listener hangs up', async () => {
    // What a TLS listener does when it is spoken to without.
    const server = createServer((socket) => socket.destroy())
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
    })
    const admin = await openTopicAdmin(settings({ brokers: [`127.0.0.1:${port}`] }))
    await expect(admin.plan([{ topic: 'a', partitions: 1, cleanup: 'delete' }])).rejects.toMatchObject({
      message: expect.stringMatching(
        /^Kafka cannot be reached: .*; check log\.tls \(does this listener speak it\?\)/,
      ),
    })
    await new Promise((resolve) => server.close(resolve))
  })

  it('says of what answers and speaks no Kafka that it is so, though it waits for the end of a line', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', (bytes) => void (bytes.includes('\n') && socket.end('HTTP/1.0 200 OK\r\n\r\n')))
    })
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
    })
    const admin = await openTopicAdmin(settings({ brokers: [`127.0.0.1:${port}`] }))
    const beganMs = performance.now()
    await expect(admin.plan([{ topic: 'a', partitions: 1, cleanup: 'delete' }])).rejects.toMatchObject({
      message: `Kafka cannot be reached: what answers at 127.0.0.1:${port} does not speak Kafka (it says "HTTP/1.0 200 OK"); name the address of a broker's listener in log.brokers.`,
      exitCode: 3,
    })
    // Two seconds of silence, and what kafkajs tries again.
    expect(performance.now() - beganMs).toBeLessThan(15_000)
    await new Promise((resolve) => server.close(resolve))
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
