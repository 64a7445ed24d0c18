import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lastLines, runCommand } from './run-command.mjs'

const PROOF_MS_MAX = 60_000

/**
 * Load the package in a process of its own and multiply two matrices: a library that does not fit this machine ends its
 * process.
 *
 * @param {string} tfjsNode folder of the package
 * @returns {Promise<{ works: true, version: string } | { works: false, reason: string }>} the library's version
 */
export async function proveNative(tfjsNode, stop) {
  if (!existsSync(join(tfjsNode, 'package.json')))
    return { works: false, reason: 'tfjs-node is not installed' }
  const script = fileURLToPath(new URL('multiply-matrices.mjs', import.meta.url))
  const { code, signal, output, timedOut } = await runCommand(process.execPath, [script, tfjsNode], {
    // Only what goes wrong, not what TensorFlow has to tell about itself.
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
    limitMs: PROOF_MS_MAX,
    stop,
  })
  const version = /^product right, TensorFlow (\S+)$/m.exec(output)?.[1]
  if (code === 0 && version) return { works: true, version }
  if (timedOut) return { works: false, reason: 'it did not multiply two matrices within a minute' }
  if (signal === 'SIGILL') {
    return { works: false, reason: 'this processor lacks instructions that TensorFlow is built with (AVX)' }
  }
  if (signal) return { works: false, reason: `it ended its process with ${signal}` }
  const message = /^(?:\w*Error): (.*)$/m.exec(output)?.[1]
  return { works: false, reason: message?.trim() ?? lastLines(output, 3).trim() }
}
