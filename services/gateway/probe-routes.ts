import type { Hono } from 'hono'
import type { GatewayOptions } from './gateway-options.js'

/** What service managers and Prometheus ask of every process of ours. */
export function addProbeRoutes(
  app: Hono,
  { readiness, metricsText }: Pick<GatewayOptions, 'readiness' | 'metricsText'>,
): void {
  app.get('/livez', (context) => context.json({ ready: true, reason: 'the gateway answers' }))
  app.get('/readyz', (context) => {
    const { ready, reason } = readiness()
    return context.json({ ready, reason }, ready ? 200 : 503)
  })
  app.get('/metrics', async (context) =>
    context.body(await metricsText(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
  )
}
