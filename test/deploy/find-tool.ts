import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where a program stands on the path; when it does not, null, and a loud line that its tests are skipped. */
export function findTool(name: string): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const found = folders.map((folder) => join(folder, name)).find((file) => existsSync(file))
  if (found === undefined)
    console.error(`\n  NO ${name.toUpperCase()} on the path: tests that need it are SKIPPED.\n`)
  return found ?? null
}
