import { existsSync, realpathSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'
import { SetupError } from '../setup-error.mjs'
import { runCommand } from './run-command.mjs'

const PROBE_MS = 30_000

/** @returns {string | undefined} the file that a shell would run for `name` */
function findOnPath(name, path = process.env.PATH ?? '') {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file))
}

/**
 * npm's own script, so that it runs under this Node and not under the first one on the path.
 *
 * @throws {SetupError} there is no npm
 */
export function findNpm() {
  const own = process.env.npm_execpath
  const onPath = findOnPath('npm')
  const prefix = dirname(dirname(process.execPath))
  const candidates = [
    ...(own && basename(own) === 'npm-cli.js' ? [own] : []),
    ...(onPath ? [realpathSync(onPath)] : []),
    join(prefix, 'lib/node_modules/npm/bin/npm-cli.js'),
    join(dirname(process.execPath), 'node_modules/npm/bin/npm-cli.js'),
  ]
  const script = candidates.find((file) => basename(file) === 'npm-cli.js' && existsSync(file))
  if (script) return script
  throw new SetupError('there is no npm beside this Node or on the PATH; install npm and try again', 2)
}

/** @param {string} npm @throws {SetupError} npm was packaged without it */
export function findNodeGyp(npm) {
  const beside = join(dirname(dirname(npm)), 'node_modules/node-gyp/bin/node-gyp.js')
  if (existsSync(beside)) return beside
  const onPath = findOnPath('node-gyp')
  if (onPath) return realpathSync(onPath)
  throw new SetupError('npm came without node-gyp; install it (`npm install -g node-gyp`) and try again', 2)
}

/**
 * The folder whose `include/node` holds the headers of Node's C interface (N-API). That interface is stable, so the
 * headers of another Node serve as well, and the addon runs on all of them.
 *
 * @returns {{ folder: string, own: boolean } | undefined} undefined: node-gyp has to fetch them
 */
export function findHeaders(prefixes = [dirname(dirname(process.execPath)), '/usr', '/usr/local']) {
  const index = prefixes.findIndex((prefix) => existsSync(join(prefix, 'include/node/node_api.h')))
  return index < 0 ? undefined : { folder: prefixes[index], own: index === 0 }
}

const answers = async (command, args, stop) => {
  try {
    return (await runCommand(command, args, { limitMs: PROBE_MS, stop })).code === 0
  } catch (error) {
    if (stop.aborted) throw error
    return false
  }
}

/**
 * Python (to unpack, and for node-gyp) and pip (to download).
 *
 * @returns {Promise<{ python: string, pip: readonly string[] | undefined }>}
 * @throws {SetupError} there is no Python
 */
export async function findPython(stop) {
  let python
  for (const name of ['python3', 'python']) {
    if (!(await answers(name, ['-c', 'import sys, zipfile; sys.exit(sys.version_info < (3, 8))'], stop)))
      continue
    if (await answers(name, ['-m', 'pip', '--version'], stop))
      return { python: name, pip: [name, '-m', 'pip'] }
    python ??= name
  }
  if (!python) throw new SetupError('Python 3.8 or newer is needed; `apt-get install python3 python3-pip`', 2)
  for (const name of ['pip3', 'pip'])
    if (await answers(name, ['--version'], stop)) return { python, pip: [name] }
  return { python, pip: undefined }
}

/** @throws {SetupError} the addon could not be compiled here */
export async function requireCompiler(stop) {
  const missing = []
  if (!(await answers(process.env.CXX ?? 'g++', ['--version'], stop))) missing.push('g++')
  if (!(await answers('make', ['--version'], stop))) missing.push('make')
  if (missing.length === 0) return
  throw new SetupError(
    `${missing.join(' and ')} is needed to build the addon; \`apt-get install ${missing.join(' ')}\``,
    2,
  )
}
