import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from './run-child.mjs'
import { SetupError } from './setup-error.mjs'

/** What identifies an installation: the lock file, and the machine that its binaries were made for. */
function lockHash(root) {
  const lock = readFileSync(join(root, 'package-lock.json'))
  return createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex')
}

const stampOf = (root) => join(root, 'node_modules', '.foretide-lock')

function readText(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** Somebody ran npm by hand: npm's own record of what it put there holds all that the lock asks for. */
function npmHasInstalled(root) {
  const record = readText(join(root, 'node_modules', '.package-lock.json'))
  if (record === undefined) return false
  const installed = JSON.parse(record).packages
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || installed[path]?.version === version || (optional && !installed[path]),
  )
}

/** @param {string} root @returns {boolean} `node_modules` is what `package-lock.json` asks for */
export function packagesInstalled(root) {
  const hash = lockHash(root)
  if (readText(stampOf(root)) === hash) return true
  if (!existsSync(join(root, 'node_modules')) || !npmHasInstalled(root)) return false
  writeFileSync(stampOf(root), hash)
  return true
}

/**
 * Install what the lock file names, development packages included: the build needs them.
 *
 * @param {string} root
 * @param {(line: string) => void} say
 */
export async function installPackages(root, say) {
  say('installing packages from package-lock.json (once; about half a minute)')
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  // Under `npm start`, npm says where it is itself; otherwise the one on the path.
  const own = process.env.npm_execpath
  const { code } = await (own && /\.c?js$/.test(own)
    ? runChild(process.execPath, [own, ...args], { cwd: root, stdio: ['ignore', 2, 2] })
    : runChild('npm', args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  ).catch((cause) => {
    throw new SetupError(`npm could not be started (${cause.code}); install npm beside Node and try again`, 3)
  })
  if (code !== 0) {
    throw new SetupError('`npm ci` failed, see above; is the package registry reachable? Then try again', 3)
  }
  writeFileSync(stampOf(root), lockHash(root))
}
