import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * The core that a process can be pinned to with `taskset`: the last one that this process may run on, as the first has most of the
 * machine's interrupts. Null where there is no `taskset`, or only one core anyway.
 */
export function coreToPinTo(): number | null {
  const cores = allowedCores()
  const core = cores.at(-1)
  if (core === undefined || cores.length < 2) return null
  const tried = spawnSync('taskset', ['-c', String(core), process.execPath, '--version'], { stdio: 'ignore' })
  return tried.status === 0 ? core : null
}

function allowedCores(): readonly number[] {
  try {
    const status = readFileSync('/proc/self/status', 'utf8')
    return parseCoreList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '')
  } catch {
    // Not a Linux.
    return []
  }
}

/** `0-2,5` → 0, 1, 2, 5. */
export function parseCoreList(list: string): readonly number[] {
  return list
    .split(',')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [first = 0, last = first] = part.split('-').map(Number)
      return Array.from({ length: last - first + 1 }, (_, i) => first + i)
    })
}
