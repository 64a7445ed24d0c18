import { connect, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'

const KEEP_ALIVE_MS = 60_000

/** Sockets as kafkajs makes them, but for two things. */
export function openSocket(to: {
  readonly host: string
  readonly port: number
  readonly ssl: ConnectionOptions
  readonly onConnect: () => void
}): Socket {
  const { host, port, ssl, onConnect } = to
  const named = isIP(host) === 0 ? { servername: host } : {}
  const socket = ssl
    ? connectTls({ host, port, ...named, ...ssl }, onConnect)
    : connect({ host, port }, onConnect)
  socket.setKeepAlive(true, KEEP_ALIVE_MS)
  // A request is written whole: its end must not wait for the answer to its beginning.
  socket.setNoDelay(true)
  // kafkajs says goodbye to a socket that never connected, at each attempt again, and each time Node adds a listener.
  const unref = socket.unref.bind(socket)
  socket.unref = () => (socket.destroyed ? socket : unref())
  return socket
}
