import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lastLineOf } from './foretide-process.js'

const SCRIPT = fileURLToPath(
  new URL('../../../../services/benchmarks/pipeline/deep_river_speed.py', import.meta.url),
)
/** deep-river imports pytest, and does not say so. */
const PACKAGES = ['river', 'deep-river', 'torch', 'pytest']
/** Of each measurement. */
const SECONDS = 5

export interface DeepRiver {
  /** @returns events per second of the processor's time, learned from and forecast */
  measure(file: string, horizon: number, core: number | null, signal: AbortSignal): Promise<number>
}

/**
 * deep-river in a virtual environment of its own, made with pip where it is not there yet: torch takes a while.
 * @param folder of the virtual environment
 * @returns why it cannot take part, where it cannot
 */
export async function openDeepRiver(
  folder: string,
  signal: AbortSignal,
): Promise<DeepRiver | { readonly unavailable: string }> {
  const python = join(folder, 'bin', 'python')
  try {
    if (!existsSync(python)) await lastLineOf(['python3', '-m', 'venv', folder], null, signal)
    if (!(await imports(python, signal))) {
      await lastLineOf([python, '-m', 'pip', 'install', '--quiet', ...PACKAGES], null, signal)
    }
  } catch (error) {
    return { unavailable: `deep-river could not be installed: ${(error as Error).message}` }
  }
  return {
    measure: async (file, horizon, core, ended) => {
      const line = await lastLineOf([python, SCRIPT, file, String(horizon), String(SECONDS)], core, ended)
      if (ended.aborted) return Number.NaN
      const { events, processorSeconds } = JSON.parse(line) as Record<string, number>
      return events! / processorSeconds!
    },
  }
}

async function imports(python: string, signal: AbortSignal): Promise<boolean> {
  try {
    await lastLineOf([python, '-c', 'import torch; from deep_river.forecasting import zoo'], null, signal)
    return true
  } catch {
    return false
  }
}
