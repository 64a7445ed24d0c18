import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError } from '../setup-error.mjs'
import { lastLines, runCommand } from './run-command.mjs'

const INSTALL_MS_MAX = 10 * 60_000

export const TFJS_NODE = 'node_modules/@tensorflow/tfjs-node'

const NESTED = '/node_modules/'

/** Where Node finds `name` from the package at `from`: the nearest `node_modules` upwards. */
function resolveInLock(packages, from, name) {
  for (let at = from; ; at = at.includes(NESTED) ? at.slice(0, at.lastIndexOf(NESTED)) : '') {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`
    if (packages[path]) return path
    if (at === '') return undefined
  }
}

/**
 * A package of a lock file and everything that it needs.
 *
 * @param {Record<string, { dependencies?: Record<string, string> }>} packages as in package-lock.json
 * @param {string} start
 * @returns {string[]} paths, parents before what is nested in them
 */
export function closureOf(packages, start) {
  const found = new Set()
  const open = [start]
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue
    if (!packages[path])
      throw new SetupError(`package-lock.json does not know ${path}; update it with npm install`, 2)
    found.add(path)
    for (const name of Object.keys(packages[path].dependencies ?? {})) {
      const next = resolveInLock(packages, path, name)
      if (next) open.push(next)
    }
  }
  return [...found].sort()
}

/** @param {string} root @returns {{ packages: Record<string, any>, paths: string[] }} */
export function readLock(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  return { packages, paths: closureOf(packages, TFJS_NODE) }
}

/**
 * Let npm put those packages, in the versions and with the hashes of the lock file, into a folder of their own. Their
 * install scripts do not run. The checkout's own `node_modules`, which others may be using, is not touched.
 *
 * @throws {SetupError}
 */
export async function stagePackages(stage, { packages, paths }, { npm, stop }) {
  const name = 'foretide-tensorflow'
  const dependencies = { '@tensorflow/tfjs-node': packages[TFJS_NODE].version }
  const entries = paths.map((path) => {
    const { optional: _, dev: __, devOptional: ___, ...entry } = packages[path]
    return [path, entry]
  })
  const lock = {
    name,
    lockfileVersion: 3,
    requires: true,
    packages: { '': { name, dependencies }, ...Object.fromEntries(entries) },
  }
  mkdirSync(stage, { recursive: true })
  writeFileSync(join(stage, 'package.json'), JSON.stringify({ name, private: true, dependencies }))
  writeFileSync(join(stage, 'package-lock.json'), JSON.stringify(lock))
  const { code, output, timedOut } = await runCommand(
    process.execPath,
    [
      ...[npm, 'ci', `--prefix=${stage}`, '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'],
      ...['--loglevel=error', '--fetch-retries=1', '--fetch-timeout=60000'],
    ],
    { cwd: stage, limitMs: INSTALL_MS_MAX, stop },
  )
  if (code === 0) return
  if (output.includes('EINTEGRITY')) {
    throw new SetupError(
      `a package that came is not the one of package-lock.json:\n${lastLines(output, 4)}`,
      1,
    )
  }
  const why = timedOut ? 'took longer than 10 minutes' : 'failed'
  throw new SetupError(`npm ${why}; is the package registry reachable?\n${lastLines(output, 6)}`, 3)
}
