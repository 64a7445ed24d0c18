import { createServer } from 'node:net'
import type { Finding } from './finding.js'

/**
 * Whether the live page can be served where it should be.
 * @param pids of the processes that work with the log: the port may well be theirs
 */
export async function checkPort(host: string, port: number, pids: readonly number[]): Promise<Finding> {
  const check = 'port'
  const where = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  const code = await tryListening(host, port)
  const details = { host, port, free: code === null }
  if (code === null) return { check, status: 'ok', message: `${where} is free`, details }
  if (code === 'EADDRINUSE' && pids.length > 0) {
    const message = `${where} is in use, probably by the foretide that runs (process ${pids.join(', ')})`
    return { check, status: 'ok', message, details }
  }
  const why: Record<string, string> = {
    EADDRINUSE: 'is in use',
    EACCES: 'may not be listened on by this user',
    EADDRNOTAVAIL: 'is no address of this machine',
  }
  const advice = code === 'EADDRINUSE' ? 'choose another with --port' : 'choose another with --host or --port'
  return {
    check,
    status: 'fail',
    message: `${where} ${why[code] ?? `cannot be listened on (${code})`}`,
    advice,
    details,
  }
}

/** @returns null when it worked, else the code of the error */
function tryListening(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)))
  })
}
