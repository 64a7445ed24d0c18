import type { FindingsLog } from './findings-log.js'

/** Header cells as names that are filled and differ: `column 3` for an empty one, `x (2)` for the second `x`. */
export function nameColumns(header: readonly unknown[], findings: FindingsLog): string[] {
  const taken = new Set<string>()
  return header.map((cell, index) => {
    const wanted = String(cell ?? '').trim() || `column ${index + 1}`
    let name = wanted
    for (let n = 2; taken.has(name); n++) name = `${wanted} (${n})`
    if (name !== wanted) findings.warn(`There are several columns ${wanted}; a later one became ${name}.`)
    taken.add(name)
    return name
  })
}
