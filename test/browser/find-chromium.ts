import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The machine's Chromium: `$CHROMIUM`, the usual place, or one on the PATH; null when there is none. */
export function findChromium(): string | null {
  const named = ['chromium', 'chromium-browser', 'google-chrome']
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => named.map((name) => join(folder, name)))
  const candidates = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', ...onPath]
  return candidates.find((path) => path !== '' && existsSync(path)) ?? null
}

/** Quiet and without the network; each start gets a fresh profile from playwright. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
