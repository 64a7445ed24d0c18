import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from './run-child.mjs'
import { SetupError } from './setup-error.mjs'

/**
 * One product of the build. `uses` picks the files, among those of `services/`, `shared/` and the build's own, of
 * which a change makes it stale.
 */
const PRODUCTS = [
  {
    name: 'program',
    command: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--pretty', 'false'],
    uses: (path) =>
      path === 'tsconfig.json' ||
      (path.endsWith('.ts') &&
        !path.includes('/assembly/') &&
        !/^(services[/]\w+|shared)[/]([\w-]+-)?page[/]/.test(path)),
  },
  {
    name: 'kernel',
    command: ['bin/build-kernel.mjs'],
    uses: (path) => path.includes('/assembly/') || path === 'bin/build-kernel.mjs',
  },
  {
    // Pages may import from anywhere in shared/; they bundle in a fraction of a second.
    name: 'pages',
    command: ['bin/build-page.mjs'],
    uses: (path) =>
      /^services[/](gateway|backtester)[/]/.test(path) ||
      path.startsWith('shared/') ||
      path === 'bin/build-page.mjs',
  },
]

const stampOf = (root) => join(root, 'dist', '.built.json')

function listInputs(root) {
  const inputs = []
  const visit = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) visit(path)
      else inputs.push(path)
    }
  }
  for (const folder of ['services', 'shared']) visit(folder)
  for (const file of [
    'tsconfig.json',
    'package.json',
    'package-lock.json',
    ...PRODUCTS.flatMap((p) => p.command),
  ]) {
    if (!file.startsWith('node_modules/') && existsSync(join(root, file))) inputs.push(file)
  }
  return inputs.sort()
}

/** Names, sizes and times of the inputs, not their content: this runs at every start. */
function signProducts(root) {
  const hashes = new Map(PRODUCTS.map((product) => [product.name, createHash('sha256')]))
  for (const path of listInputs(root)) {
    const { size, mtimeMs } = statSync(join(root, path))
    for (const product of PRODUCTS) {
      const forAll = path === 'package.json' || path === 'package-lock.json'
      if (forAll || product.uses(path)) hashes.get(product.name).update(`${path} ${size} ${mtimeMs}\n`)
    }
  }
  return Object.fromEntries([...hashes].map(([name, hash]) => [name, hash.digest('hex')]))
}

function readStamp(root) {
  try {
    return JSON.parse(readFileSync(stampOf(root), 'utf8'))
  } catch {
    return {}
  }
}

/** @param {string} root @returns {string[]} names of the products that are missing or older than their sources */
export function staleProducts(root) {
  const signed = signProducts(root)
  const stamp = readStamp(root)
  return PRODUCTS.filter(({ name, command }) => {
    const script = command[0]
    return (
      stamp[name] !== signed[name] && (script.startsWith('node_modules/') || existsSync(join(root, script)))
    )
  }).map(({ name }) => name)
}

async function buildProduct(root, product) {
  const { code, output } = await runChild(process.execPath, product.command, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (code === 0) return
  process.stderr.write(output)
  throw new SetupError(`the ${product.name} does not build, see above`, 1)
}

/**
 * Build what is stale. Each product is stamped with the state of its sources from before its build began, so that an
 * edit during the build is seen by the next.
 *
 * @param {string} root
 * @param {readonly string[]} stale from `staleProducts`
 * @param {(line: string) => void} say
 */
export async function buildSources(root, stale, say) {
  say(`building the ${stale.join(', the ')}`)
  mkdirSync(join(root, 'dist'), { recursive: true })
  const signed = signProducts(root)
  const wanted = PRODUCTS.filter((product) => stale.includes(product.name))
  const build = async (product) => {
    await buildProduct(root, product)
    writeFileSync(stampOf(root), JSON.stringify({ ...readStamp(root), [product.name]: signed[product.name] }))
  }
  await Promise.all(wanted.map(build))
}
