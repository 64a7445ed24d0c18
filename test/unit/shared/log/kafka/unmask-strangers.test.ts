import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { openSocket } from '#shared/log/kafka/open-socket'
import { unmaskStrangers } from '#shared/log/kafka/unmask-strangers'

let server: Server
const open: Socket[] = []
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy()
  server.close()
  await once(server, 'close')
})

/** Who listens, and the port; `heard` counts connections. */
async function listen(answer: (socket: Socket) => void) {
  let heard = 0
  server = createServer((socket) => {
    heard++
    open.push(socket)
    socket.on('error', () => undefined)
    answer(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, heard: () => heard }
}

/** A connection that asks as kafkajs does first, and what became of it. */
function ask(connect: typeof openSocket, port: number) {
  const socket = connect({
    ...{ host: '127.0.0.1', port, ssl: undefined as never },
    onConnect: () => void socket.write(Buffer.from([0, 0, 0, 8, 0, 18, 0, 0, 0, 0, 0, 1])),
  })
  open.push(socket)
  const failed = new Promise<string>((resolve) => socket.on('error', (error) => resolve(error.message)))
  const heard = new Promise<Buffer>((resolve) => socket.on('data', resolve))
  return { failed, heard }
}

/** As a server does that reads whole lines. */
const afterLine = (answer: string) => (socket: Socket) => {
  socket.on('data', (bytes) => {
    if (bytes.includes('\n')) socket.end(answer)
  })
}

describe('who does not speak Kafka', () => {
  it('is told by the first bytes', async () => {
    const { port } = await listen((socket) => socket.write('HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n'))
    expect(await ask(unmaskStrangers(openSocket), port).failed).toBe(
      `what answers at 127.0.0.1:${port} does not speak Kafka (it says "HTTP/1.1 400 Bad Request")`,
    )
  })

  it('is not quoted where it is no text', async () => {
    const { port } = await listen((socket) => socket.write(Buffer.from([0x4a, 0, 0, 0, 10, 56])))
    expect(await ask(unmaskStrangers(openSocket), port).failed).toBe(
      `what answers at 127.0.0.1:${port} does not speak Kafka`,
    )
  })

  it('is told when it waits for the end of a line, within seconds, and the next time at once', async () => {
    const { port } = await listen(afterLine('HTTP/1.0 200 OK\r\n\r\n'))
    const connect = unmaskStrangers(openSocket)
    expect(await ask(connect, port).failed).toContain('does not speak Kafka (it says "HTTP/1.0 200 OK")')
    const beganMs = performance.now()
    await ask(connect, port).failed
    expect(performance.now() - beganMs).toBeLessThan(1_500)
  })
})

describe('a broker', () => {
  const frame = Buffer.from([0, 0, 0, 6, 0, 0, 0, 1, 0, 0])

  it('may take its time, and hang up on what it is asked over', async () => {
    const { port, heard } = await listen((socket) => {
      socket.once('data', (bytes) => {
        if (bytes[0] !== 0) socket.destroy()
        else setTimeout(() => socket.write(frame), 3_500)
      })
    })
    expect(await ask(unmaskStrangers(openSocket), port).heard).toEqual(frame)
    expect(heard()).toBe(2)
  })

  it('that has answered is not asked over', async () => {
    const { port, heard } = await listen((socket) => {
      if (heard() === 1) socket.write(frame)
    })
    const connect = unmaskStrangers(openSocket)
    await ask(connect, port).heard
    ask(connect, port)
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    expect(heard()).toBe(2)
  })
})
