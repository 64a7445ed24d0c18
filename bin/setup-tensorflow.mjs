#!/usr/bin/env node
// `npm run setup:tensorflow`: makes @tensorflow/tfjs-node work where its own download is blocked. docs/guides/tensorflow.md
import './require-node.mjs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { installPackages, packagesInstalled } from './install-packages.mjs'
import { SetupError } from './setup-error.mjs'
import { holdStage } from './tensorflow/hold-stage.mjs'
import { installNative } from './tensorflow/install-native.mjs'
import { proveNative } from './tensorflow/prove-native.mjs'
import { InterruptedError } from './tensorflow/run-command.mjs'
import { TFJS_NODE } from './tensorflow/stage-packages.mjs'
import { tellSteps } from './tensorflow/tell-steps.mjs'

const HELP = `Usage: npm run setup:tensorflow [-- --force]

Makes the native TensorFlow backend (@tensorflow/tfjs-node) work: C library from the tensorflow-cpu wheel by pip,
addon compiled here, proved by multiplying matrices. Does nothing when it works already. Without it everything runs
too; training then uses TensorFlow's WebAssembly build, which is slower.

  --force     do it again although it works
  -h, --help  explain

Needs Python with pip, g++ and make, 1.1 GB of disk, and the package sources that npm and pip are configured with.
The wheel (207 MB) is kept in $XDG_CACHE_HOME/foretide, or ~/.cache/foretide.
Exit codes: 0 it works, 1 it does not, 2 something is missing here or the usage is wrong, 3 something cannot be reached.
`
const EXIT_CODE = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

/** @returns {AbortSignal} aborts when somebody wants us to end; until then nobody is ended by force */
function stopOnSignals() {
  const controller = new AbortController()
  for (const signal of Object.keys(EXIT_CODE))
    process.on(signal, () => controller.abort(new InterruptedError(signal)))
  return controller.signal
}

/** @throws {SetupError} for flags that do not exist */
function readFlags(args) {
  try {
    return parseArgs({ args, options: { force: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } })
      .values
  } catch (error) {
    throw new SetupError(`${error.message.split('.')[0]}; --help explains`, 2)
  }
}

async function setUpTensorflow(root, force, steps, stop) {
  const begin = performance.now()
  if (!packagesInstalled(root)) await installPackages(root, steps.say)
  const now = await proveNative(join(root, TFJS_NODE), stop)
  if (now.works && !force) {
    steps.good(`already works: TensorFlow ${now.version} native`)
    return
  }
  steps.say(now.works ? 'works, and is made again as asked' : `not yet: ${now.reason}`)
  const shown = process.stdout.isTTY === true
  const version = await holdStage(root, (stage) => installNative(root, stage, { steps, stop, shown }))
  const took = ((performance.now() - begin) / 1000).toFixed(0)
  steps.good(`works: TensorFlow ${version} native, after ${took} s`)
}

/** @returns {Promise<number>} exit code */
async function main(args) {
  const steps = tellSteps(process.stdout, process.env)
  try {
    const { force = false, help } = readFlags(args)
    if (help) process.stdout.write(HELP)
    else await setUpTensorflow(fileURLToPath(new URL('..', import.meta.url)), force, steps, stopOnSignals())
    return 0
  } catch (error) {
    if (error instanceof InterruptedError) {
      steps.bad(`${error.message}; nothing has been changed`)
      return EXIT_CODE[error.signal]
    }
    // A disk that is full or may not be written is no bug of ours.
    if (!(error instanceof SetupError) && error.syscall === undefined) throw error
    steps.bad(error.message)
    return error.exitCode ?? 1
  }
}

process.exitCode = await main(process.argv.slice(2))
