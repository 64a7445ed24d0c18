import { Hono } from 'hono'
import { requireOwnMachine, requireToken } from './access.js'
import type { GatewayOptions } from './gateway-options.js'
import { addProbeRoutes } from './probe-routes.js'
import type { FaultAnswer } from './responses.js'

/** The routes of a process that forecasts or trains and leaves page and interface to a gateway. */
export function probesApp(parts: Pick<GatewayOptions, 'readiness' | 'metricsText' | 'token'>): Hono {
  const app = new Hono()
  app.use('/metrics', parts.token === undefined ? requireOwnMachine() : requireToken(parts.token))
  addProbeRoutes(app, parts)
  app.notFound((context) =>
    context.json<FaultAnswer>(
      {
        error:
          'There is nothing here but /livez, /readyz and /metrics: `foretide run gateway` serves the rest.',
      },
      404,
    ),
  )
  return app
}
