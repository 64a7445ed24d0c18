import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { openSocket } from '#shared/log/kafka/open-socket'

/** A port at which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

describe('a socket that never connected', () => {
  it('may be said goodbye to as often as one likes', async () => {
    const to = { host: '127.0.0.1', port: await closedPort(), ssl: undefined as never }
    const socket = openSocket({ ...to, onConnect: () => undefined })
    const [error] = await once(socket, 'error')
    expect(error.code).toBe('ECONNREFUSED')
    if (!socket.destroyed) await once(socket, 'close')
    const before = socket.listenerCount('connect')
    for (let i = 0; i < 50; i++) {
      socket.end()
      socket.unref()
    }
    expect(socket.listenerCount('connect')).toBe(before)
  })
})
