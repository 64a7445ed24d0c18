import { existsSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SetupError } from '../setup-error.mjs'
import { lastLines, runCommand } from './run-command.mjs'

const UNPACK_MS_MAX = 5 * 60_000

/** Names that the addon is linked by, and what they lead to: the wheel has TensorFlow's C functions in its C++ library. */
const LINKS = {
  'libtensorflow.so': 'libtensorflow_cc.so.2',
  'libtensorflow.so.2': 'libtensorflow_cc.so.2',
  'libtensorflow_framework.so': 'libtensorflow_framework.so.2',
}

/**
 * Unpack the library into the package's `deps`, as its build expects it there.
 *
 * @param {string} wheel @param {string} tfjsNode folder of the package
 * @returns {Promise<number>} bytes on disk
 * @throws {SetupError}
 */
export async function placeLibrary(wheel, tfjsNode, { python, stop }) {
  const deps = join(tfjsNode, 'deps')
  rmSync(deps, { recursive: true, force: true })
  const script = fileURLToPath(new URL('unpack-wheel.py', import.meta.url))
  const { code, output } = await runCommand(python, [script, wheel, deps], { limitMs: UNPACK_MS_MAX, stop })
  if (code !== 0) throw new SetupError(`the wheel cannot be unpacked:\n${lastLines(output)}`, 1)
  for (const [name, target] of Object.entries(LINKS)) {
    if (!existsSync(join(deps, 'lib', target))) throw new SetupError(`the wheel holds no ${target}`, 1)
    symlinkSync(target, join(deps, 'lib', name))
  }
  return Number(output)
}
