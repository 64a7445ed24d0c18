import type { Socket } from 'node:net'
import type { openSocket } from './open-socket.js'

/** A broker that is not held up answers within milliseconds. */
const SILENT_MS = 2_000
const PROBE_MS = 3_000
/** An answer of Kafka begins with its length, four bytes: with these it would be of half a gigabyte. TLS begins lower, and is told of elsewhere. */
const TEXT_BEGINS = 0x20
const QUOTED_MAX = 60

type Open = typeof openSocket

/** Who answers at an address in a brokers' list, and not as a broker does. */
export class StrangerError extends Error {
  constructor(host: string, port: number, said: Buffer) {
    const line = said
      .toString('latin1')
      .split(/[\r\n]/, 1)[0]!
      .slice(0, QUOTED_MAX)
    const quoted = /^[ -~]+$/.test(line) ? ` (it says "${line}")` : ''
    super(`what answers at ${host}:${port} does not speak Kafka${quoted}`)
    this.name = 'StrangerError'
  }
}

/** kafkajs keeps of an error its message alone. */
export function namesStranger(error: unknown): boolean {
  return /does not speak Kafka/.test((error as Error).message)
}

/**
 * Sockets that fail with `StrangerError` at the first bytes that are no frame of Kafka's. Many servers wait for the end of a line, which never
 * comes: while nobody has answered at all, who stays silent is asked over again as a browser would ask. A broker that is slow takes that for
 * a request too long and hangs up, which says nothing.
 */
export function unmaskStrangers(open: Open): Open {
  let answered = false
  const suspects = new Set<string>()
  return (to) => {
    const address = `${to.host}:${to.port}`
    let silence: NodeJS.Timeout | undefined
    const fail = (said: Buffer) => {
      suspects.add(address)
      socket.destroy(new StrangerError(to.host, to.port, said))
    }
    const onConnect = () => {
      to.onConnect()
      if (answered) return
      silence = setTimeout(() => probe(open, to, fail), suspects.has(address) ? 0 : SILENT_MS).unref()
    }
    const socket = open({ ...to, onConnect })
    socket.once('data', (bytes: Buffer) => {
      clearTimeout(silence)
      if (isStrange(bytes)) fail(bytes)
      else answered = true
    })
    socket.once('close', () => clearTimeout(silence))
    return socket
  }
}

function probe(open: Open, to: Parameters<Open>[0], unmasked: (said: Buffer) => void): void {
  const socket: Socket = open({
    ...to,
    onConnect: () => void socket.write('GET / HTTP/1.0\r\n\r\n'),
  })
  socket.unref()
  socket.setTimeout(PROBE_MS, () => socket.destroy())
  socket.on('error', () => undefined)
  socket.once('data', (bytes: Buffer) => {
    socket.destroy()
    if (isStrange(bytes)) unmasked(bytes)
  })
}

function isStrange(bytes: Buffer): boolean {
  return bytes[0]! >= TEXT_BEGINS
}
