import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import type { FaultAnswer } from './responses.js'

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]', '::1'])

/** Whether an address can be reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_NAMES.has(host.toLowerCase()) || /^127(\.\d{1,3}){3}$/.test(host)
}

/** Refuse requests without the token. The comparison takes the same time wherever the first difference is. */
export function requireToken(token: string): MiddlewareHandler {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const expected = digest(token)
  return async (context, next) => {
    const given = /^Bearer +(.+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
    if (given !== undefined && timingSafeEqual(digest(given), expected)) return next()
    context.header('www-authenticate', 'Bearer realm="foretide"')
    return context.json<FaultAnswer>({ error: 'Send the token as "Authorization: Bearer <token>".' }, 401)
  }
}

/**
 * Without a token, only this machine's own pages may ask: a name that is not loopback (DNS rebinding) and a request
 * that another site's page makes are refused.
 */
export function requireOwnMachine(): MiddlewareHandler {
  return async (context, next) => {
    const { hostname } = new URL(context.req.url)
    const site = context.req.header('sec-fetch-site')
    const origin = context.req.header('origin')
    const foreign = origin !== undefined && hostnameOf(origin) !== hostname
    if (isLoopback(hostname) && !foreign && site !== 'cross-site') return next()
    return context.json<FaultAnswer>(
      {
        error:
          'Without a token this gateway answers only to its own machine: use http://127.0.0.1, or set a token.',
      },
      403,
    )
  }
}

function hostnameOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).hostname : null
}
