import { z } from 'zod'
import {
  decisionsAnswer,
  eventsAnswer,
  faultAnswer,
  forecastAnswer,
  gradientsAnswer,
  historyAnswer,
  probeAnswer,
  scoresAnswer,
  seriesAnswer,
  statusAnswer,
} from './responses.js'

type Json = Record<string, unknown>

const components = {
  Series: seriesAnswer,
  Forecast: forecastAnswer,
  History: historyAnswer,
  Gradients: gradientsAnswer,
  Scores: scoresAnswer,
  Decisions: decisionsAnswer,
  Status: statusAnswer,
  Events: eventsAnswer,
  Probe: probeAnswer,
  Fault: faultAnswer,
}

const pipeline = query('pipeline', 'Name of a pipeline.')
const id = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'Series id, percent-encoded: it may hold any text.',
  schema: { type: 'string' },
}

/** The interface in OpenAPI 3.1; answers come from the schemas that type them. */
export function openApiDocument(): Json {
  const schemas = Object.fromEntries(
    Object.entries(components).map(([name, schema]) => [name, withoutDialect(z.toJSONSchema(schema))]),
  )
  return {
    openapi: '3.1.0',
    info: { title: 'Foretide', version: '1', description: 'Live probabilistic forecasts of event streams.' },
    paths: paths(),
    components: {
      schemas,
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
    security: [{}, { token: [] }],
  }
}

function paths(): Json {
  return {
    '/': page('The live page.', 'text/html'),
    '/page.js': page('Its program.', 'text/javascript'),
    '/page.css': page('Its looks.', 'text/css'),
    '/icon.svg': page('Its icon.', 'image/svg+xml'),
    '/v1/series': {
      get: operation('The series and how well each is forecast.', [pipeline], {
        200: answer('Series'),
        404: fault('No such pipeline.'),
      }),
    },
    '/v1/series/{id}/forecast': {
      get: operation(
        'The last forecast of a series, with target times and one band.',
        [
          id,
          pipeline,
          query('band', 'Nominal coverage of the band: 0.5, 0.8 (the default) or 0.95.', 'number'),
        ],
        {
          200: answer('Forecast'),
          400: fault('No such band.'),
          404: fault('Nothing is known of the series.'),
          409: fault('The series is in several pipelines.'),
        },
      ),
    },
    '/v1/series/{id}/history': {
      get: operation('Recent origins, with what was forecast of each one step before.', [id, pipeline], {
        200: answer('History'),
        404: fault('Nothing is known of the series.'),
        409: fault('The series is in several pipelines.'),
      }),
    },
    '/v1/series/{id}/scores': {
      get: operation('Bias and drift of what was forecast of a series, by lead.', [id, pipeline], {
        200: answer('Scores'),
        404: fault('Nothing is known of the series.'),
        409: fault('The series is in several pipelines.'),
      }),
    },
    '/v1/forecasts': {
      get: operation(
        'Server-sent events. Starts with the last forecast of each series; then each new one. A slow client misses all but the last of each series.',
        [
          pipeline,
          query('series', 'Only this series.'),
          query(
            'events',
            'Kinds of event, separated by commas: forecast,status by default; also origins, series.',
          ),
        ],
        {
          200: {
            description: 'Forecast messages.',
            content: { 'text/event-stream': { schema: { type: 'string' } } },
          },
          400: fault('No such kind of event.'),
          404: fault('No such pipeline.'),
          503: fault('Too many clients listen.'),
        },
      ),
    },
    '/v1/pipelines/{pipeline}/decisions': {
      get: operation(
        'Promotions, rejections and pins of weights versions, the oldest first.',
        [{ ...pipeline, in: 'path', required: true }],
        { 200: answer('Decisions'), 404: fault('No such pipeline.') },
      ),
    },
    '/v1/pipelines/{pipeline}/gradients': {
      get: operation(
        'How far back through time the loss of the serving weights reaches.',
        [{ ...pipeline, in: 'path', required: true }],
        { 200: answer('Gradients'), 404: fault('No such pipeline.') },
      ),
    },
    '/v1/status': { get: operation('What the platform is doing.', [], { 200: answer('Status') }) },
    '/v1/events': {
      post: {
        ...operation('Send sensor events: one JSON object, or one a line.', [pipeline], {
          202: answer('Events', 'Those accepted are durable.'),
          400: answer('Events', 'Nothing could be accepted.'),
          404: fault('No such pipeline.'),
          413: fault('More than 1 MB.'),
          429: fault('Too many at once.'),
          503: fault('The log is away.'),
        }),
        requestBody: {
          required: true,
          content: {
            'application/json': { schema: { type: 'object' } },
            'application/x-ndjson': { schema: { type: 'string' } },
          },
        },
      },
    },
    '/livez': { get: operation('Whether the gateway answers.', [], { 200: answer('Probe') }) },
    '/readyz': {
      get: operation('Whether forecasts are being made.', [], { 200: answer('Probe'), 503: answer('Probe') }),
    },
    '/metrics': page("The metrics, in Prometheus' text format.", 'text/plain'),
    '/openapi.json': page('This document.', 'application/json'),
  }
}

function operation(summary: string, parameters: Json[], responses: Record<number, Json>): Json {
  return { summary, parameters, responses }
}

function page(summary: string, type: string): Json {
  return { get: operation(summary, [], { 200: { description: summary, content: { [type]: {} } } }) }
}

function answer(name: keyof typeof components, description = 'The answer.'): Json {
  return {
    description,
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
  }
}

function fault(description: string): Json {
  return answer('Fault', description)
}

function query(name: string, description: string, type = 'string'): Json {
  return { name, in: 'query', required: false, description, schema: { type } }
}

/** OpenAPI 3.1 names the dialect once for the document. */
function withoutDialect(schema: Json): Json {
  const { $schema, ...rest } = schema
  return rest
}
