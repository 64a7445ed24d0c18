import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError } from '../setup-error.mjs'
import { buildAddon, runOwnInstall } from './build-addon.mjs'
import { cacheFolder, fetchWheel } from './fetch-wheel.mjs'
import { findHeaders, findNodeGyp, findNpm, findPython, requireCompiler } from './find-tools.mjs'
import { requireSpace } from './hold-stage.mjs'
import { chooseWheel, LIBRARY_BYTES, runsOnGlibc } from './library-wheel.mjs'
import { movePackages, requireMatchingPackages } from './move-packages.mjs'
import { placeLibrary } from './place-library.mjs'
import { proveNative } from './prove-native.mjs'
import { readLock, stagePackages, TFJS_NODE } from './stage-packages.mjs'
import { megabytes } from './tell-steps.mjs'

/** tfjs-node with all that it needs, without its library. */
const PACKAGE_BYTES = 350_000_000

/**
 * Make `@tensorflow/tfjs-node` work in `root`: everything is put together and tried in `stage`, and only what works is
 * moved into `node_modules`.
 *
 * @param {string} root
 * @param {string} stage
 * @param {{ steps: ReturnType<typeof import('./tell-steps.mjs').tellSteps>, stop: AbortSignal, shown: boolean }} how
 * @returns {Promise<string>} version of the library
 * @throws {SetupError}
 */
export async function installNative(root, stage, { steps, stop, shown }) {
  const lock = readLock(root)
  requireMatchingPackages(root, lock)
  const npm = findNpm()
  const staged = join(stage, TFJS_NODE)
  const choice = chooseWheel(process.platform, process.arch, runsOnGlibc())
  let prepare
  if (choice.wheel) prepare = await prepareWheel(choice.wheel, { root, npm, steps, stop, shown })
  else if (process.platform === 'linux')
    throw new SetupError(`${choice.reason}; training runs on WebAssembly here`, 1)
  else steps.tell(`${choice.reason}: only the package’s own install script can help`)

  await steps.step(`npm: ${lock.paths.length} packages of package-lock.json, aside`, async () => {
    await stagePackages(stage, lock, { npm, stop })
    return 'their hashes are those of package-lock.json'
  })
  if (prepare) await prepare(staged)
  else {
    await steps.step('the package’s own install script', async () => {
      await runOwnInstall(staged, join(stage, 'node_modules/.bin'), stop)
      return 'it has ended well'
    })
  }

  let version = ''
  await steps.step('a child process multiplies matrices with it', async () => {
    const proof = await proveNative(staged, stop)
    if (!proof.works) throw new SetupError(`it is built, and does not work: ${proof.reason}`, 1)
    version = proof.version
    return `the products are right, by TensorFlow ${version}`
  })
  await steps.step(
    'into node_modules',
    async () => `${movePackages(stage, root, lock.paths)} packages moved there`,
  )
  return version
}

/** Everything from outside first: what is missing is said before anything long begins. */
async function prepareWheel(wheel, { root, npm, steps, stop, shown }) {
  const nodeGyp = findNodeGyp(npm)
  const headers = findHeaders()
  const { python, pip } = await findPython(stop)
  await requireCompiler(stop)
  requireSpace(join(root, 'node_modules'), LIBRARY_BYTES + PACKAGE_BYTES)
  const cache = cacheFolder()
  mkdirSync(cache, { recursive: true })
  let file = ''
  const title = `pip: ${wheel.distribution} ${wheel.version}, ${megabytes(wheel.bytes)}, for its C library`
  await steps.step(title, async () => {
    const fetched = await fetchWheel(wheel, { pip, cache, stop, shown, tell: steps.tell })
    file = fetched.file
    return `${fetched.cached ? 'kept from before' : `downloaded, and kept in ${cache}`}; its SHA-256 is the pinned one`
  })
  return async (staged) => {
    await steps.step('unpack the library and its headers', async () => {
      return `${megabytes(await placeLibrary(file, staged, { python, stop }))} on disk`
    })
    const whose = headers
      ? `headers in ${headers.folder}/include/node${headers.own ? '' : ', of another Node: N-API is the same'}`
      : 'headers fetched by node-gyp'
    await steps.step(`compile the addon for N-API (${whose})`, async () => {
      await buildAddon(staged, { nodeGyp, headers, stop })
      return 'compiled'
    })
  }
}
