import { countOf } from '#shared/words/count-of'
import type { Finding } from './finding.js'

export interface Machine {
  /** That this process may use. */
  readonly cores: number
  /** Bytes that this process may use in all. */
  readonly memory: number
  /** Bytes that are free now. */
  readonly free: number
}

const GB = 1e9
const FREE_MIN = 0.5 * GB

export function checkMachine({ cores, memory, free }: Machine): Finding {
  const check = 'machine'
  const details = { cores, memory, free }
  const size = (bytes: number) => `${(bytes / GB).toFixed(1)} GB`
  const message = `${countOf(cores, 'core')}, ${size(memory)} of memory, ${size(free)} free`
  if (free < FREE_MIN) {
    const advice = 'free some memory: the demo takes about 0.3 GB, and 1,000 series about 0.1 GB more'
    return { check, status: 'warn', message, advice, details }
  }
  if (cores < 2) {
    const advice = 'forecasting and training share one core; --no-learn leaves it to forecasting'
    return { check, status: 'warn', message, advice, details }
  }
  return { check, status: 'ok', message, details }
}
