#!/usr/bin/env node
// Compiles the kernels from AssemblyScript: shared/<domain>/kernel/assembly to dist/shared/<domain>/kernel/kernel.wasm.
// Does nothing for one when sources, options and compiler are those of the last build.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const domains = ['recurrent', 'regression']
// Memory that is shared grows without V8 detaching what JavaScript sees of it: docs/decisions/0030.
const options = [
  '--enable',
  'simd',
  '--enable',
  'threads',
  '--sharedMemory',
  '--maximumMemory',
  '65536',
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

for (const domain of domains) await buildKernel(domain)

async function buildKernel(domain) {
  const sourceFolder = join(root, 'shared', domain, 'kernel/assembly')
  const target = join(root, 'dist/shared', domain, 'kernel/kernel.wasm')
  const stamp = join(root, 'dist/shared', domain, 'kernel/kernel.sources')
  const fingerprint = fingerprintSources(sourceFolder)
  if (existsSync(target) && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) {
    process.stdout.write(`${domain} kernel: up to date\n`)
    return
  }
  const startedAt = performance.now()
  await compileKernel(domain, join(sourceFolder, 'index.ts'), target)
  writeFileSync(stamp, fingerprint)
  process.stdout.write(`${domain} kernel: compiled in ${Math.round(performance.now() - startedAt)} ms\n`)
}

function fingerprintSources(sourceFolder) {
  const hash = createHash('sha256')
  hash.update(options.join(' '))
  hash.update(createRequire(import.meta.url)('assemblyscript/package.json').version)
  for (const name of readdirSync(sourceFolder, { recursive: true }).sort()) {
    if (name.endsWith('.ts')) hash.update(`\0${name}\0`).update(readFileSync(join(sourceFolder, name)))
  }
  return hash.digest('hex')
}

async function compileKernel(domain, entry, target) {
  const { default: asc } = await import('assemblyscript/asc')
  mkdirSync(dirname(target), { recursive: true })
  // Written aside and moved, so that a process that starts meanwhile never reads half a module.
  const aside = `${target}.${process.pid}`
  const { error, stderr } = await asc.main([
    relative(root, entry),
    '--baseDir',
    root,
    '--outFile',
    relative(root, aside),
    ...options,
  ])
  if (error) {
    process.stderr.write(`${stderr.toString()}\n${domain} kernel: ${error.message}\n`)
    process.exit(1)
  }
  renameSync(aside, target)
}
