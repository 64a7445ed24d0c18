#!/usr/bin/env node
// Compiles the recurrent kernel from AssemblyScript to dist/shared/recurrent/kernel/kernel.wasm.
// Does nothing when sources, options and compiler are those of the last build.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const sourceFolder = join(root, 'shared/recurrent/kernel/assembly')
const target = join(root, 'dist/shared/recurrent/kernel/kernel.wasm')
const stamp = join(root, 'dist/shared/recurrent/kernel/kernel.sources')
const options = [
  '--enable',
  'simd',
  '--runtime',
  'stub',
  '--use',
  'abort=',
  '--noAssert',
  '--optimizeLevel',
  '3',
  '--shrinkLevel',
  '0',
]

const fingerprint = fingerprintSources()
if (existsSync(target) && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) {
  process.stdout.write('kernel: up to date\n')
} else {
  await compileKernel()
}

function fingerprintSources() {
  const hash = createHash('sha256')
  hash.update(options.join(' '))
  hash.update(createRequire(import.meta.url)('assemblyscript/package.json').version)
  for (const name of readdirSync(sourceFolder, { recursive: true }).sort()) {
    if (name.endsWith('.ts')) hash.update(`\0${name}\0`).update(readFileSync(join(sourceFolder, name)))
  }
  return hash.digest('hex')
}

async function compileKernel() {
  const { default: asc } = await import('assemblyscript/asc')
  mkdirSync(dirname(target), { recursive: true })
  // Written aside and moved, so that a process that starts meanwhile never reads half a module.
  const aside = `${target}.${process.pid}`
  const entry = relative(root, join(sourceFolder, 'index.ts'))
  const startedAt = performance.now()
  const { error, stderr } = await asc.main([
    entry,
    '--baseDir',
    root,
    '--outFile',
    relative(root, aside),
    ...options,
  ])
  if (error) {
    process.stderr.write(`${stderr.toString()}\nkernel: ${error.message}\n`)
    process.exit(1)
  }
  renameSync(aside, target)
  writeFileSync(stamp, fingerprint)
  process.stdout.write(`kernel: compiled in ${Math.round(performance.now() - startedAt)} ms\n`)
}
