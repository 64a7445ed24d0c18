import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadScript } from './load-script.js'

type Packages = Record<string, { version: string; dependencies?: Record<string, string> }>

const { closureOf, TFJS_NODE } = await loadScript<{
  closureOf(packages: Packages, start: string): string[]
  TFJS_NODE: string
}>('stage-packages')
const { movePackages, requireMatchingPackages } = await loadScript<{
  movePackages(stage: string, root: string, paths: readonly string[]): number
  requireMatchingPackages(root: string, lock: { packages: Packages; paths: readonly string[] }): void
}>('move-packages')
const { holdStage } = await loadScript<{
  holdStage<T>(root: string, work: (stage: string) => Promise<T>): Promise<T>
}>('hold-stage')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foretide-setup-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function putPackage(root: string, path: string, version: string): void {
  mkdirSync(join(root, path), { recursive: true })
  writeFileSync(join(root, path, 'package.json'), JSON.stringify({ version }))
}

const versionAt = (root: string, path: string): unknown =>
  JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')).version

describe('the packages that tfjs-node needs', () => {
  it('are found as Node finds them: the nearest first, and each once', () => {
    const packages: Packages = {
      'node_modules/a': { version: '1.0.0', dependencies: { b: '*', c: '*' } },
      'node_modules/b': { version: '1.0.0', dependencies: { c: '*' } },
      'node_modules/b/node_modules/c': { version: '2.0.0', dependencies: { d: '*' } },
      'node_modules/c': { version: '1.0.0', dependencies: { a: '*' } },
      'node_modules/d': { version: '1.0.0' },
      'node_modules/unrelated': { version: '1.0.0' },
    }
    expect(closureOf(packages, 'node_modules/a')).toEqual([
      'node_modules/a',
      'node_modules/b',
      'node_modules/b/node_modules/c',
      'node_modules/c',
      'node_modules/d',
    ])
  })

  it('are refused where node_modules holds another version', () => {
    const packages: Packages = { 'node_modules/a': { version: '2.0.0' } }
    putPackage(folder, 'node_modules/a', '1.0.0')
    const paths = Object.keys(packages)
    expect(() => requireMatchingPackages(folder, { packages, paths })).toThrow('npm ci')
    putPackage(folder, 'node_modules/a', '2.0.0')
    requireMatchingPackages(folder, { packages, paths })
  })
})

describe('moving packages into node_modules', () => {
  const paths = ['node_modules/a', 'node_modules/b', TFJS_NODE]

  it('adds what is missing, keeps what is there, and replaces tfjs-node', () => {
    const stage = join(folder, 'stage')
    for (const path of paths) putPackage(stage, path, 'new')
    putPackage(folder, 'node_modules/b', 'old')
    putPackage(folder, TFJS_NODE, 'old')
    expect(movePackages(stage, folder, paths)).toBe(2)
    expect(paths.map((path) => versionAt(folder, path))).toEqual(['new', 'old', 'new'])
  })

  it('takes everything back when something fails', () => {
    const stage = join(folder, 'stage')
    // tfjs-node, the last, is not in the stage: its move fails after the others.
    for (const path of paths.slice(0, 2)) putPackage(stage, path, 'new')
    putPackage(folder, TFJS_NODE, 'old')
    expect(() => movePackages(stage, folder, paths)).toThrow('as it was')
    expect(existsSync(join(folder, 'node_modules/a'))).toBe(false)
    expect(versionAt(folder, TFJS_NODE)).toBe('old')
  })
})

describe('the stage', () => {
  const stageOf = (pid: number) => join(folder, 'node_modules', `.foretide-tensorflow-${pid}`)
  beforeEach(() => mkdirSync(join(folder, 'node_modules')))

  it('is gone afterwards, also when the work fails', async () => {
    let seen = ''
    const work = (stage: string) => {
      seen = stage
      writeFileSync(join(stage, 'half-done'), '')
      return Promise.reject(new Error('no luck'))
    }
    await expect(holdStage(folder, work)).rejects.toThrow('no luck')
    expect(dirname(seen)).toBe(join(folder, 'node_modules'))
    expect(existsSync(seen)).toBe(false)
  })

  it('of a killed set-up is removed', async () => {
    // Above the largest process id of Linux, 2^22 [proc(5), pid_max].
    const dead = stageOf(2 ** 22 + 1)
    mkdirSync(join(dead, 'half-done'), { recursive: true })
    await holdStage(folder, async () => undefined)
    expect(existsSync(dead)).toBe(false)
  })

  it('of a living set-up is respected', async () => {
    mkdirSync(stageOf(process.ppid))
    await expect(holdStage(folder, async () => undefined)).rejects.toThrow(`process ${process.ppid}`)
    expect(existsSync(stageOf(process.ppid))).toBe(true)
  })
})
