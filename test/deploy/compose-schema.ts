import { z } from 'zod'

const port = z.string().regex(/^127\.0\.0\.1:\d+:\d+$/, 'publishes a port of its own machine only')
const mount = z.string().regex(/^[\w./-]+:\/[\w./-]+(:ro)?$/)
const duration = z.string().regex(/^\d+s$/)

const service = z.strictObject({
  image: z.string().regex(/^[\w./-]+:v?\d+\.\d+\.\d+$/, 'is pinned to a version'),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(mount).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).optional(),
  ports: z.array(port).optional(),
  secrets: z.array(z.string()).optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  restart: z.literal('unless-stopped'),
  stop_grace_period: duration.optional(),
  healthcheck: z.strictObject({
    test: z.tuple([z.literal('CMD')], z.string()),
    interval: duration,
    timeout: duration,
    retries: z.number().int().positive(),
    start_period: duration.optional(),
  }),
})

/** What of the Compose Specification our file uses; anything else is a mistake until it is added here. */
export const composeSchema = z.strictObject({
  name: z.string(),
  'x-foretide': z.unknown(),
  services: z.record(z.string(), service),
  secrets: z.record(z.string(), z.strictObject({ environment: z.string() })),
  volumes: z.record(z.string(), z.null()),
})
