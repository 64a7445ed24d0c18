import { existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Make a folder, and those that it lies in. Where one can never be made, as below /proc, Node's own `recursive` tries for ever.
 * @throws what the file system says of the first that cannot be made
 */
export function makeFolder(dir: string): void {
  const path = resolve(dir)
  if (existsSync(path)) return
  const parent = dirname(path)
  if (parent !== path) makeFolder(parent)
  try {
    mkdirSync(path)
  } catch (error) {
    // Another process may have been quicker.
    if (!existsSync(path)) throw error
  }
}
