import { createRequire } from 'node:module'
import { type AddressInfo, createServer, connect as openSocket, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type KafkaConnectionPool, sendParts } from '#shared/log/kafka/send-parts'
import { produceRequest } from '#shared/log/kafka/wire/produce-request'

const ConnectionPool = createRequire(import.meta.url)('kafkajs/src/network/connectionPool')

/** kafkajs's own connections; nothing of kafkajs is replaced. */
function openPool(port: number, options: object = {}): KafkaConnectionPool & { destroy(): Promise<void> } {
  const quiet = { debug: () => undefined, error: () => undefined, info: () => undefined }
  return new ConnectionPool({
    ...{ host: '127.0.0.1', port, clientId: 'a client', logger: { namespace: () => quiet }, ...options },
    ...{
      connectionTimeout: 5_000,
      requestTimeout: 30_000,
      enforceRequestTimeout: true,
      maxInFlightRequests: 5,
    },
    socketFactory: ({ host, port: to, onConnect }: { host: string; port: number; onConnect: () => void }) =>
      openSocket({ host, port: to }, onConnect),
  })
}

/** Version 7's answer: one topic, one partition, error 0, base offset 41, no time, start 0, no throttling. */
function stored(topic: string, partition: number): Buffer {
  const name = Buffer.from(topic)
  const out = Buffer.alloc(4 + 2 + name.length + 4 + 4 + 2 + 8 + 8 + 8 + 4)
  out.writeInt32BE(1, 0)
  out.writeInt16BE(name.length, 4)
  name.copy(out, 6)
  let at = 6 + name.length
  for (const value of [1, partition]) at = out.writeInt32BE(value, at)
  at = out.writeInt16BE(0, at)
  out.writeBigInt64BE(41n, at)
  return out
}

describe('a large request', () => {
  let server: Server
  let frames: Buffer[]
  const sockets: Socket[] = []
  let answering: boolean
  beforeEach(async () => {
    frames = []
    answering = true
    server = createServer((socket) => {
      sockets.push(socket)
      socket.on('error', () => undefined)
      let read = Buffer.alloc(0)
      socket.on('data', (data) => {
        read = Buffer.concat([read, data])
        while (read.length >= 4 && read.length >= 4 + read.readInt32BE(0)) {
          const size = read.readInt32BE(0)
          const frame = read.subarray(4, 4 + size)
          read = read.subarray(4 + size)
          frames.push(frame)
          if (!answering) socket.destroy()
          const body = Buffer.concat([frame.subarray(4, 8), stored('t', 3)])
          const length = Buffer.alloc(4)
          length.writeInt32BE(body.length)
          if (answering) socket.write(Buffer.concat([length, body]))
        }
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })

  const request = () =>
    produceRequest(
      'an id',
      [
        { topic: 't', partition: 3, bytes: Buffer.alloc(300_000, 'batch') },
        { topic: 'other', partition: 0, bytes: Buffer.from('small') },
      ],
      1_234,
    )

  it('is the same bytes that kafkajs sends, and its answer is matched', async () => {
    const pool = openPool((server.address() as AddressInfo).port)
    const plain = await pool.send(request())
    const large = await sendParts(pool, request())
    expect(large).toEqual([{ topic: 't', partition: 3, errorCode: 0, baseOffset: 41 }])
    expect(large).toEqual(plain)
    expect(frames).toHaveLength(2)
    // But for the number of the request.
    const [one, two] = frames.map((frame) => Buffer.concat([frame.subarray(0, 4), frame.subarray(8)]))
    expect(one!.length).toBeGreaterThan(300_000)
    expect(Buffer.compare(one!, two!)).toBe(0)
    await pool.destroy()
  })

  it('takes its turn among others', async () => {
    const pool = openPool((server.address() as AddressInfo).port)
    await sendParts(pool, request())
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? pool.send(request()) : sendParts(pool, request()))),
    )
    expect(answers).toHaveLength(20)
    const numbers = frames.map((frame) => frame.readInt32BE(4))
    expect(new Set(numbers).size).toBe(21)
    await pool.destroy()
  })

  it('fails when the connection is lost before the answer', async () => {
    answering = false
    const pool = openPool((server.address() as AddressInfo).port)
    await expect(sendParts(pool, request())).rejects.toThrow('Closed connection')
    await pool.destroy()
  })

  it('leaves logging in to kafkajs', async () => {
    const pool = openPool((server.address() as AddressInfo).port, { sasl: { mechanism: 'nothing known' } })
    await expect(sendParts(pool, request())).rejects.toThrow()
    expect(frames).toEqual([])
    await pool.destroy()
  })
})
