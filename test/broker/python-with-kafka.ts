import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findTool } from '../deploy/find-tool.js'

const PACKAGE = 'confluent-kafka==2.16.1'
const run = promisify(execFile)

/** A Python with Confluent's client, kept for the next run; null, and a loud line, where none is to be had. */
export async function pythonWithKafka(): Promise<string | null> {
  const python = findTool('python3')
  if (python === null) return null
  const cache = join(homedir(), '.cache', 'foretide', 'python')
  const folder = join(cache, PACKAGE.replace('==', '-'))
  const found = join(folder, 'bin', 'python')
  if (existsSync(found)) return found
  const making = `${folder}.${process.pid}`
  try {
    await mkdir(cache, { recursive: true })
    await run(python, ['-m', 'venv', making])
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:']
    await run(join(making, 'bin', 'python'), [...pip, PACKAGE], { timeout: 120_000 })
    await rename(making, folder)
    return found
  } catch (error) {
    await rm(making, { recursive: true, force: true })
    // Another run may have made it meanwhile.
    if (existsSync(found)) return found
    console.error(`\n  NO ${PACKAGE}, so its test is SKIPPED: ${String(error).slice(0, 300)}\n`)
    return null
  }
}
