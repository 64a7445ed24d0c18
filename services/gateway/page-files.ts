import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Hono } from 'hono'
import type { FaultAnswer } from './responses.js'

/** What `bin/build-page.mjs` puts into the page's folder, and the path of each on the wire. */
const FILES = [
  { path: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/page.js', file: 'page.js', type: 'text/javascript; charset=utf-8' },
  { path: '/page.css', file: 'page.css', type: 'text/css; charset=utf-8' },
  { path: '/icon.svg', file: 'icon.svg', type: 'image/svg+xml' },
] as const

/** Serve the live page's files, read once at the start. They hold no data: whoever opens them still needs the token. */
export function servePage(app: Hono, folder: string): void {
  for (const { path, file, type } of FILES) {
    const bytes = readIfThere(join(folder, file))
    const etag =
      bytes === null ? '' : `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
    app.get(path, (context) => {
      if (bytes === null) {
        return context.json<FaultAnswer>({ error: 'The live page is not built: run "npm run build".' }, 503)
      }
      context.header('etag', etag)
      context.header('cache-control', 'no-cache')
      if (context.req.header('if-none-match') === etag) return context.body(null, 304)
      return context.body(new Uint8Array(bytes), 200, { 'content-type': type })
    })
  }
}

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file)
  } catch {
    return null
  }
}
