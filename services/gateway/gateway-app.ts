import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import { streamSSE } from 'hono/streaming'
import { LogAwayError } from '#shared/log/errors'
import type { PipelineStatus } from '#shared/telemetry/platform-status'
import { describeSeries } from '#shared/telemetry/series-gauges'
import { requireOwnMachine, requireToken } from './access.js'
import { EVENT_NAMES, type EventName, sendEvents } from './event-stream.js'
import type { ForecastBoard, ShownSeries } from './forecast-board.js'
import type { GatewayOptions } from './gateway-options.js'
import { BODY_BYTES_MAX, ingestEvents } from './ingest-events.js'
import { openApiDocument } from './openapi-document.js'
import { servePage } from './page-files.js'
import { addProbeRoutes } from './probe-routes.js'
import type {
  DecisionsAnswer,
  EventsAnswer,
  FaultAnswer,
  GradientsAnswer,
  ScoresAnswer,
  SeriesRow,
  StatusAnswer,
} from './responses.js'
import type { ScoreBoard } from './score-board.js'
import { forecastOf, glancesOf, historyOf, seriesRowOf } from './series-answers.js'
import type { TopicStatus } from './topic-status.js'
import type { WeightsBoard } from './weights-board.js'

/** Bodies being taken in at once, and listeners to the stream: beyond these, clients are asked to come again. */
const INGESTS_MAX = 16
const STREAMS_MAX = 128
const DEFAULT_BAND = 0.8

export interface AppParts extends Omit<GatewayOptions, 'host' | 'port' | 'signal' | 'pageFolder' | 'notes'> {
  readonly board: ForecastBoard
  readonly weights: WeightsBoard
  readonly scores: ScoreBoard
  /** Of pipelines that other processes run. */
  readonly elsewhere: readonly TopicStatus[]
  readonly pageFolder: string
  /** Ends the event streams. */
  readonly closing: AbortSignal
}

/** Every route of the HTTP interface. */
export function gatewayApp(parts: AppParts): Hono {
  const { board, pipelines, log, clock, closing } = parts
  const app = new Hono()
  app.use(headers())
  const guard = parts.token === undefined ? requireOwnMachine() : requireToken(parts.token)
  for (const path of ['/v1/*', '/metrics', '/openapi.json']) app.use(path, guard)

  const status = (): StatusAnswer => ({
    pipelines: pipelineStatuses(parts),
    logAway: parts.status().logAway,
    gateway: {
      seriesShown: board.seriesShown,
      seriesLeftOut: board.seriesLeftOut,
      passedOver: board.passedOver,
      unreadable: board.unreadable,
    },
  })

  app.use('/v1/*', async (context, next) => {
    const pipeline = context.req.query('pipeline')
    return pipeline === undefined || board.has(pipeline)
      ? next()
      : context.json(noPipeline(board, pipeline), 404)
  })

  app.get('/v1/series', (context) =>
    context.json<SeriesRow[]>(
      board.list(context.req.query('pipeline')).map((shown) => seriesRowOf(shown, board.silentMs(shown))),
    ),
  )

  app.get('/v1/series/:id/forecast', (context) => {
    const found = oneSeries(board, context.req.param('id'), context.req.query('pipeline'))
    if ('fault' in found) return context.json(found.fault, found.status)
    const asked = context.req.query('band')
    const answer = forecastOf(found.shown, asked === undefined ? DEFAULT_BAND : Number(asked))
    if (!('bands' in answer)) return context.json(answer)
    const error = `There is no band "${asked ?? DEFAULT_BAND}": choose one of ${answer.bands.join(', ')}.`
    return context.json<FaultAnswer>({ error }, 400)
  })

  app.get('/v1/series/:id/history', (context) => {
    const found = oneSeries(board, context.req.param('id'), context.req.query('pipeline'))
    return 'fault' in found ? context.json(found.fault, found.status) : context.json(historyOf(found.shown))
  })

  app.get('/v1/series/:id/scores', (context) => {
    const found = oneSeries(board, context.req.param('id'), context.req.query('pipeline'))
    if ('fault' in found) return context.json(found.fault, found.status)
    const { series, pipeline } = found.shown
    return context.json<ScoresAnswer>({ series, pipeline, leads: parts.scores.driftOf(pipeline, series) })
  })

  app.get('/v1/pipelines/:pipeline/decisions', (context) => {
    const pipeline = context.req.param('pipeline')
    if (!board.has(pipeline)) return context.json(noPipeline(board, pipeline), 404)
    const decisions = [...parts.weights.decisions(pipeline)]
    return context.json<DecisionsAnswer>({ pipeline, decisions })
  })

  app.get('/v1/pipelines/:pipeline/gradients', (context) => {
    const pipeline = context.req.param('pipeline')
    if (!board.has(pipeline)) return context.json(noPipeline(board, pipeline), 404)
    const running = parts.status().pipelines.find((each) => each.pipeline === pipeline)
    const version = running?.servingVersion ?? board.lastVersion(pipeline)
    const gradientFlow = parts.weights.gradientFlow(pipeline, version)
    return context.json<GradientsAnswer>({ pipeline, version, gradientFlow })
  })

  app.get('/v1/status', (context) => context.json(status()))

  let streams = 0
  app.get('/v1/forecasts', (context) => {
    const names = (context.req.query('events') ?? 'forecast,status').split(',')
    const unknown = names.find((name) => !(EVENT_NAMES as readonly string[]).includes(name))
    if (unknown !== undefined) {
      const error = `There are no "${unknown}" events: choose among ${EVENT_NAMES.join(', ')}.`
      return context.json<FaultAnswer>({ error }, 400)
    }
    if (streams >= STREAMS_MAX) {
      context.header('retry-after', '5')
      return context.json<FaultAnswer>(
        { error: `${STREAMS_MAX} clients listen already: come again later.` },
        503,
      )
    }
    const { pipeline, series } = context.req.query()
    const subscription = { pipeline, series, events: new Set(names as EventName[]) }
    // Proxies that gather answers would hold events back.
    context.header('x-accel-buffering', 'no')
    streams += 1
    return streamSSE(context, async (stream) => {
      try {
        await sendEvents({ stream, subscription, board, status, clock, closing })
      } finally {
        streams -= 1
      }
    })
  })

  let ingests = 0
  app.post(
    '/v1/events',
    bodyLimit({
      maxSize: BODY_BYTES_MAX,
      onError: (context) =>
        context.json<FaultAnswer>(
          { error: 'A body may hold 1 MB at most: send the events in several.' },
          413,
        ),
    }),
    async (context) => {
      const name = context.req.query('pipeline')
      const pipeline = pipelines.find(
        (known) => known.name === name || (name === undefined && pipelines.length === 1),
      )
      if (pipeline === undefined) {
        const error = `Say which pipeline the events are for: ?pipeline=${board.pipelineNames.join(' or ?pipeline=')}.`
        return context.json<FaultAnswer>({ error, pipelines: board.pipelineNames }, 400)
      }
      if (ingests >= INGESTS_MAX) {
        context.header('retry-after', '1')
        return context.json<FaultAnswer>(
          { error: 'Too many bodies are being taken in at once: send this again.' },
          429,
        )
      }
      ingests += 1
      try {
        const body = Buffer.from(await context.req.arrayBuffer())
        const answer = await ingestEvents(body, pipeline, log, clock)
        if (answer.accepted + answer.rejected === 0) {
          const error = 'The body is empty: send one JSON object, or one a line.'
          return context.json<FaultAnswer>({ error }, 400)
        }
        return context.json<EventsAnswer>(answer, answer.accepted > 0 ? 202 : 400)
      } finally {
        ingests -= 1
      }
    },
  )

  addProbeRoutes(app, {
    ...parts,
    metricsText: async () => (await parts.metricsText()) + (await describeSeries(glancesOf(board))),
  })
  const document = openApiDocument()
  app.get('/openapi.json', (context) => context.json(document))
  servePage(app, parts.pageFolder)

  app.notFound((context) =>
    context.json<FaultAnswer>({ error: 'There is nothing here: /openapi.json lists what there is.' }, 404),
  )
  app.onError((error, context) => {
    if (error instanceof LogAwayError) {
      context.header('retry-after', '5')
      return context.json<FaultAnswer>({ error: `${error.message} Send this again.` }, 503)
    }
    return context.json<FaultAnswer>({ error: `The gateway failed to answer: ${error.message}` }, 500)
  })
  return app
}

function noPipeline(board: ForecastBoard, pipeline: string): FaultAnswer {
  const error = `There is no pipeline "${pipeline}": choose one of ${board.pipelineNames.join(', ')}.`
  return { error, pipelines: board.pipelineNames }
}

type Found = { shown: ShownSeries } | { fault: FaultAnswer; status: 404 | 409 }

function oneSeries(board: ForecastBoard, id: string, pipeline: string | undefined): Found {
  const found = board.find(id, pipeline)
  if (found.length === 1) return { shown: found[0]! }
  if (found.length === 0) {
    const where = pipeline === undefined ? '' : ` in pipeline "${pipeline}"`
    const error = `No forecast of series "${id}" has been seen${where}: /v1/series lists those that have one.`
    return { fault: { error }, status: 404 }
  }
  const names = found.map((shown) => shown.pipeline).sort()
  const error = `Series "${id}" is in the pipelines ${names.join(' and ')}: add ?pipeline= to choose.`
  return { fault: { error, pipelines: names }, status: 409 }
}

function headers() {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: 'no-referrer',
    xFrameOptions: 'DENY',
    // Plain HTTP is what this speaks; a proxy that adds TLS adds this header with it.
    strictTransportSecurity: false,
  })
}

/** What this process runs knows itself best; the topics tell of the rest, and of what another process that shares it has trained. */
function pipelineStatuses({
  status,
  elsewhere,
  weights,
}: Pick<AppParts, 'status' | 'elsewhere' | 'weights'>): PipelineStatus[] {
  const own = status().pipelines.map((one) => {
    const told = weights.lastTraining(one.pipeline)
    const isLater = told !== null && (one.lastTraining === null || told.atMs > one.lastTraining.atMs)
    return isLater ? { ...one, lastTraining: told } : one
  })
  const known = new Set(own.map(({ pipeline }) => pipeline))
  const others = elsewhere.map((topic) => topic.status()).filter(({ pipeline }) => !known.has(pipeline))
  return [...own, ...others]
}
