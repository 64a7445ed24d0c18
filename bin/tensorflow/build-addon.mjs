import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { SetupError } from '../setup-error.mjs'
import { lastLines, runCommand } from './run-command.mjs'

const BUILD_MS_MAX = 10 * 60_000

/**
 * Compile the addon of `@tensorflow/tfjs-node` against the library in its `deps`.
 *
 * @param {string} tfjsNode folder of the package
 * @param {{ nodeGyp: string, headers: { folder: string } | undefined, stop: AbortSignal }} how
 * @throws {SetupError}
 */
export async function buildAddon(tfjsNode, { nodeGyp, headers, stop }) {
  const require = createRequire(join(tfjsNode, 'package.json'))
  const preGyp = join(dirname(require.resolve('@mapbox/node-pre-gyp/package.json')), 'bin/node-pre-gyp')
  const args = ['install', '--build-from-source', ...(headers ? [`--nodedir=${headers.folder}`] : [])]
  const { code, output, timedOut } = await runCommand(process.execPath, [preGyp, ...args], {
    cwd: tfjsNode,
    env: { ...process.env, npm_config_node_gyp: nodeGyp },
    limitMs: BUILD_MS_MAX,
    stop,
  })
  rmSync(join(tfjsNode, 'build'), { recursive: true, force: true })
  if (code === 0) return
  if (timedOut) throw new SetupError('the addon took longer than 10 minutes to build', 1)
  if (!headers && /ENOTFOUND|ECONN|EAI_AGAIN|ETIMEDOUT|403|404|http error/i.test(output)) {
    throw new SetupError(
      'Node’s headers are neither on this machine nor can they be downloaded; install them (`apt-get install libnode-dev`, or a Node with include/node beside bin)',
      3,
    )
  }
  const errors = output.split('\n').filter((line) => /error|cannot find/i.test(line))
  throw new SetupError(`the addon does not build:\n${lastLines(errors.join('\n'))}`, 1)
}

/**
 * The package's own way, for machines that no wheel is pinned for: its install script downloads a library and an addon.
 *
 * @throws {SetupError} with what the script said
 */
export async function runOwnInstall(tfjsNode, bin, stop) {
  const delimiter = process.platform === 'win32' ? ';' : ':'
  const { code, output, timedOut } = await runCommand(process.execPath, ['scripts/install.js'], {
    cwd: tfjsNode,
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
    limitMs: BUILD_MS_MAX,
    stop,
  })
  if (code === 0) return
  const why = timedOut ? 'took longer than 10 minutes' : 'failed'
  throw new SetupError(`the package’s own install script ${why}:\n${lastLines(output, 6)}`, 3)
}
