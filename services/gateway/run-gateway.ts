import { setMaxListeners } from 'node:events'
import type { Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import { createAdaptorServer } from '@hono/node-server'
import { isLoopback } from './access.js'
import { AddressUnavailableError, TokenRequiredError } from './errors.js'
import { FaultNotes } from './fault-notes.js'
import { followForecasts, followLimits } from './follow-forecasts.js'
import { followScores, scoreLimits } from './follow-scores.js'
import { followWeights } from './follow-weights.js'
import { ForecastBoard } from './forecast-board.js'
import { gatewayApp } from './gateway-app.js'
import type { GatewayOptions } from './gateway-options.js'
import { probesApp } from './probes-app.js'
import { ScoreBoard } from './score-board.js'
import { TopicFollowing } from './topic-following.js'
import { TopicStatus } from './topic-status.js'
import { WeightsBoard } from './weights-board.js'

/** 5,000 series of 400 origins are about 60 MB. */
const BOARD_LIMITS = { seriesMax: 5_000, originsMax: 400 }

/** What is read for the page beside a forecaster shares one pace over all of its partitions. */
function paced<Limits extends { readonly recordsPerSecondMax: number }>(
  limits: Limits,
  readers: number,
): Limits {
  return { ...limits, recordsPerSecondMax: limits.recordsPerSecondMax / readers }
}

export interface RunningGateway {
  /** Where people go, such as `http://127.0.0.1:8080`. */
  readonly url: string
  /** Ends the event streams and stops listening. Idempotent. */
  close(): Promise<void>
}

/**
 * Serve the live page and the HTTP interface from the forecasts topics, or health and metrics alone, until `signal` aborts or `close` is called.
 * @throws TokenRequiredError when `host` is not this machine's own and there is no token
 * @throws AddressUnavailableError when the address cannot be listened on
 */
export async function runGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { host, port, log, clock, pipelines } = options
  if (!isLoopback(host) && !options.token) {
    throw new TokenRequiredError(
      `listening on ${host} lets others in, so it needs a token: set FORETIDE_HTTP_TOKEN (or http.token), or listen on 127.0.0.1`,
    )
  }
  const closing = new AbortController()
  // Every partition that is followed listens to it, in three topics: many listeners are no leak.
  setMaxListeners(0, closing.signal)
  const board = new ForecastBoard(
    pipelines.map((pipeline) => pipeline.name),
    BOARD_LIMITS,
  )
  const weights = new WeightsBoard()
  const scores = new ScoreBoard(BOARD_LIMITS.seriesMax)
  const running = new Set(options.status().pipelines.map(({ pipeline }) => pipeline))
  const elsewhere = pipelines
    .filter(({ name }) => !running.has(name))
    .map((pipeline) => new TopicStatus(pipeline, board, weights, clock))
  const pageFolder = options.pageFolder ?? fileURLToPath(new URL('./page/', import.meta.url))
  const app = options.probesOnly
    ? probesApp(options)
    : gatewayApp({ ...options, board, weights, scores, elsewhere, pageFolder, closing: closing.signal })
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  const listeningPort = await listen(server, host, port)
  // As where no more files may be open: a connection less, and no reason to end.
  const faults = new FaultNotes(options.notes)
  server.on('error', (error) => faults.tell('connections are not taken', error))

  const { signal } = closing
  const topics = new TopicFollowing(clock, signal, faults)
  const followed = options.probesOnly ? [] : pipelines
  const beside = pipelines.filter(({ name }) => running.has(name))
  const readersBeside = beside.reduce((sum, { partitions }) => sum + partitions, 0)
  const readersOf = (name: string) => (running.has(name) ? readersBeside : 1)
  const following = followed.flatMap(({ name: pipeline, topics: of, partitions }) => [
    topics.keep(() => followWeights({ log, topic: of.weights, pipeline, board: weights, signal })),
    ...Array.from({ length: partitions }, (_, partition) =>
      topics.keep(() =>
        followForecasts({
          ...{ log, topic: of.forecasts, pipeline, partition, board, clock, signal },
          limits: paced(followLimits, readersOf(pipeline)),
        }),
      ),
    ),
    ...Array.from({ length: partitions }, (_, partition) =>
      topics.keep(() =>
        followScores({
          ...{ log, topic: of.scores, pipeline, partition, board: scores, clock, signal },
          limits: paced(scoreLimits, readersOf(pipeline)),
        }),
      ),
    ),
  ])
  const looking = options.probesOnly
    ? []
    : elsewhere.map((topic) => topics.keep(() => topic.follow(log, signal)))

  let closed: Promise<void> | null = null
  const close = () => {
    closed ??= (async () => {
      options.signal.removeEventListener('abort', close)
      closing.abort()
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()))
      // Event streams end by themselves now; connections kept alive by browsers do not.
      server.closeIdleConnections()
      await clock.sleep(50)
      server.closeAllConnections()
      await Promise.all([stopped, ...following, ...looking])
    })()
    return closed
  }
  options.signal.addEventListener('abort', close)
  if (options.signal.aborted) await close()
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${listeningPort}`, close }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const what: Record<string, string> = {
        EADDRINUSE: `port ${port} is in use; choose another with --port`,
        EACCES: `port ${port} may not be used by this user; choose one above 1023 with --port`,
        EADDRNOTAVAIL: `${host} is not an address of this machine; choose another with --host`,
        ENOTFOUND: `${host} is not an address of this machine; choose another with --host`,
      }
      reject(
        new AddressUnavailableError(
          what[error.code ?? ''] ?? `cannot listen on ${host}:${port}: ${error.message}`,
        ),
      )
    })
    server.listen(port, host, () => {
      const address = server.address()
      resolve(address !== null && typeof address === 'object' ? address.port : port)
    })
  })
}
