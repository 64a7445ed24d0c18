import type { Socket } from 'node:net'
import { ByteWriter } from './wire/byte-writer.js'

/** What goes over a connection: kafkajs frames it, sends it and matches the response. */
export interface ProtocolExchange<T> {
  readonly request: {
    readonly apiKey: number
    readonly apiVersion: number
    readonly apiName: string
    encode(): Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>
  }
  readonly response: { decode(payload: Buffer): Promise<T>; parse(decoded: T): Promise<T> }
}

/** An exchange whose request is large, or frequent: its bytes are written where they lie. */
export interface LargeExchange<T> extends ProtocolExchange<T> {
  readonly parts: readonly Buffer[]
}

/** kafkajs's `Connection`: what is used of it. */
interface KafkaConnection {
  readonly clientId: string
  readonly sasl?: object | null
  readonly socket: Socket
  readonly requestQueue: {
    push(request: {
      readonly entry: {
        readonly apiKey: number
        readonly apiName: string
        readonly apiVersion: number
        readonly correlationId: number
        readonly resolve: (answer: { readonly payload: Buffer }) => void
        readonly reject: (error: unknown) => void
      }
      readonly expectResponse: boolean
      readonly requestTimeout: number | null
      readonly sendRequest: () => void
    }): void
  }
  isAuthenticated(): boolean
  failIfNotConnected(): void
  nextCorrelationId(): number
  send<T>(exchange: ProtocolExchange<T>): Promise<T>
}

/** kafkajs's `ConnectionPool`. */
export interface KafkaConnectionPool {
  send<T>(exchange: ProtocolExchange<T>): Promise<T>
  getConnectionByRequest(of: { readonly request: { readonly apiKey: number } }): Promise<KafkaConnection>
}

/** Bytes of a request that are put together sooner than handed over piece by piece. */
const COPIED_MAX = 4_096

/**
 * Send a large request. kafkajs's own `send` copies it twice, into cleared buffers of twice the size: for a batch of forecasts that
 * takes longer than making the batch. Order, time-outs and answers stay with its request queue.
 */
export async function sendParts<T>(pool: KafkaConnectionPool, exchange: LargeExchange<T>): Promise<T> {
  const { request, response, parts } = exchange
  const connection = await pool.getConnectionByRequest({ request })
  // Logging in is kafkajs's.
  if (connection.sasl != null && !connection.isAuthenticated()) return connection.send(exchange)
  const { apiKey, apiName, apiVersion } = request
  const correlationId = connection.nextCorrelationId()
  const header = new ByteWriter().int16(apiKey).int16(apiVersion).int32(correlationId)
  const head = header.string(connection.clientId).bytes
  const size = parts.reduce((sum, part) => sum + part.length, head.length)
  const { payload } = await new Promise<{ readonly payload: Buffer }>((resolve, reject) => {
    connection.failIfNotConnected()
    connection.requestQueue.push({
      entry: { apiKey, apiName, apiVersion, correlationId, resolve, reject },
      ...{ expectResponse: true, requestTimeout: null },
      sendRequest: () => {
        const { socket } = connection
        const all = [new ByteWriter(4).int32(size).bytes, head, ...parts]
        if (size <= COPIED_MAX) {
          socket.write(Buffer.concat(all))
          return
        }
        socket.cork()
        for (const part of all) socket.write(part)
        socket.uncork()
      },
    })
  })
  return response.parse(await response.decode(payload))
}
