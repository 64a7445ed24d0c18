import { connect, createServer, type Server, type Socket } from 'node:net'
import type { SeededRandom } from '#shared/recurrent/seeded-random'

/** Keys of requests: https://kafka.apache.org/protocol#protocol_api_keys */
export const [PRODUCE, END_TXN, TXN_OFFSET_COMMIT] = [0, 26, 28] as const

/** Cuts a stream of Kafka's messages at their borders: four bytes of length, then the message. */
function eachMessage(take: (message: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (rest.length >= 4) {
      const end = 4 + rest.readInt32BE(0)
      if (rest.length < end) return
      take(rest.subarray(0, end))
      rest = rest.subarray(end)
    }
  }
}

/**
 * Stands before a broker and loses replies, of some requests: what was stored is stored, and who sent it sees its connection break
 * before it hears so. The broker must name the proxy's address in its metadata.
 */
export class ReplyDroppingProxy {
  dropped = 0
  passed = 0
  /** Share of replies that are lost. */
  share = 0
  /** Of these requests. */
  of: readonly number[] = [PRODUCE]
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #target = 0

  constructor(private readonly random: SeededRandom) {
    this.#server = createServer((client) => this.#serve(client))
  }

  /** @returns the port that it listens on */
  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return (this.#server.address() as { port: number }).port
  }

  /** @param port of the broker on this machine */
  passTo(port: number): void {
    this.#target = port
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #serve(client: Socket): void {
    const broker = connect(this.#target, '127.0.0.1')
    const end = () => {
      client.destroy()
      broker.destroy()
    }
    const lossy = new Set<number>()
    for (const socket of [client, broker]) {
      socket.setNoDelay(true)
      this.#sockets.add(socket)
      socket.on('error', end)
      socket.on('close', () => {
        this.#sockets.delete(socket)
        end()
      })
    }
    const request = eachMessage((message) => {
      // API key, version, correlation id: https://kafka.apache.org/protocol#protocol_messages
      if (this.of.includes(message.readInt16BE(4))) lossy.add(message.readInt32BE(8))
      broker.write(message)
    })
    const reply = eachMessage((message) => {
      if (client.destroyed) return
      if (lossy.delete(message.readInt32BE(4))) {
        if (this.random.uniform() < this.share) {
          this.dropped++
          end()
          return
        }
        this.passed++
      }
      client.write(message)
    })
    client.on('data', request)
    broker.on('data', reply)
  }
}
