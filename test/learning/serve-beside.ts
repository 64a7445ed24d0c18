import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'

// The child is JavaScript and imports the build; `npm run test:learning` builds first.
const child = fileURLToPath(new URL('./serve-beside.mjs', import.meta.url))

export interface BesideTask {
  readonly dir: string
  readonly settings: PipelineSettings
  readonly events: number
  /** 0: no trainer at all. */
  readonly kills: number
  readonly seed: number
  /** The first life of the trainer's thread learns a version in peace, which the forecaster then shadows. */
  readonly learn?: boolean
}

/** One life of the trainer's thread. */
export interface Life {
  /** `killed`, or what came of its session. */
  readonly met: string
  readonly step: number
  readonly poisoned: boolean
  /** Readings that had an outcome by then. */
  readonly position: number
}

export interface Served {
  readonly lives: readonly Life[]
  /** Of forecaster and trainer. */
  readonly warnings: readonly string[]
}

/** A forecaster with a dying trainer beside it, in a process of its own, until all events are forecast. */
export async function serveBeside(task: BesideTask): Promise<Served> {
  const running = spawn(process.execPath, [child, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: (Life & { warnings?: string[] })[] = []
  for await (const line of createInterface({ input: running.stdout })) lines.push(JSON.parse(line))
  const warnings = lines.pop()?.warnings
  if (warnings === undefined) throw new Error(`the process ended after ${JSON.stringify(lines.at(-1))}`)
  return { lives: lines, warnings }
}
