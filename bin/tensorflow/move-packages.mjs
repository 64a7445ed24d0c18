import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SetupError } from '../setup-error.mjs'
import { TFJS_NODE } from './stage-packages.mjs'

const versionAt = (folder) => {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
  } catch {
    return undefined
  }
}

/** @throws {SetupError} `node_modules` is not what the lock file asks for, so that staged packages would not fit in */
export function requireMatchingPackages(root, { packages, paths }) {
  for (const path of paths) {
    const version = versionAt(join(root, path))
    if (version === undefined || version === packages[path].version) continue
    throw new SetupError(
      `${path} is ${version}, and package-lock.json asks for ${packages[path].version}; run \`npm ci\` first`,
      2,
    )
  }
}

/**
 * Move what is missing from the stage into the checkout, tfjs-node last: until then it counts as not installed. Without
 * a pause, so that no signal comes between; whatever fails is taken back.
 *
 * @returns {number} how many packages came
 */
export function movePackages(stage, root, paths) {
  const moved = []
  let came = 0
  const move = (from, to) => {
    mkdirSync(dirname(to), { recursive: true })
    renameSync(from, to)
    moved.push([from, to])
  }
  try {
    for (const path of paths) {
      const to = join(root, path)
      if (path.startsWith(TFJS_NODE) || versionAt(to) !== undefined) continue
      // A folder without a manifest is what an interrupted npm leaves.
      if (existsSync(to)) move(to, join(stage, 'replaced', path))
      move(join(stage, path), to)
      came += 1
    }
    const tfjsNode = join(root, TFJS_NODE)
    if (existsSync(tfjsNode)) move(tfjsNode, join(stage, 'replaced', TFJS_NODE))
    move(join(stage, TFJS_NODE), tfjsNode)
  } catch (cause) {
    for (const [from, to] of moved.reverse()) renameSync(to, from)
    throw new SetupError(`node_modules cannot be written (${cause.code}); it is as it was`, 1)
  }
  return came + 1
}
