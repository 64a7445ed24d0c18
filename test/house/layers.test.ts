import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser'
import { afterEach, describe, expect, it } from 'vitest'

// By its address: a plain script has no types to import.
const configuration = (await import(new URL('../../.dependency-cruiser.mjs', import.meta.url).href)) as {
  readonly default: IFlattenedRuleSet
}
const rules = configuration.default.forbidden ?? []
let folder: string | undefined
afterEach(() => {
  if (folder) rmSync(folder, { recursive: true, force: true })
})

/** Names of the rules that a small tree of files breaks. Packages are empty ones, so that they resolve. */
async function brokenRules(files: Readonly<Record<string, string>>): Promise<string[]> {
  folder = mkdtempSync(join(tmpdir(), 'foretide-layers-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  for (const folderName of ['services', 'shared']) mkdirSync(join(folder, folderName), { recursive: true })
  const { output } = await cruise(['services', 'shared'], {
    baseDir: folder,
    validate: true,
    ruleSet: { forbidden: rules },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/assembly/' },
  })
  const { violations } = (output as ICruiseResult).summary
  return [...new Set(violations.map(({ rule }) => rule.name))].sort()
}

/** A package that is there and holds nothing. */
function packageFiles(name: string): Record<string, string> {
  return {
    'package.json': JSON.stringify({ dependencies: { [name]: '1.0.0' } }),
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
    [`node_modules/${name}/index.js`]: '',
  }
}

const there = 'export interface There {}\n'
const useType = (from: string) => `import type { There } from '${from}'\nexport type Use = There\n`
const usePackage = (name: string) => `import '${name}'\n`

/** For each rule a tree that breaks it, and nothing else. */
const BROKEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'no-cycles': {
    'shared/series/a.ts': "import { b } from './b.js'\nexport const a = () => b\n",
    'shared/series/b.ts': "import { a } from './a.js'\nexport const b = () => a\n",
  },
  'domain-knows-only-the-port': {
    'shared/pipeline/a.ts': useType('../log/memory/there.js'),
    'shared/log/memory/there.ts': there,
  },
  'domain-knows-no-surroundings': {
    'shared/experts/a.ts': useType('../telemetry/there.js'),
    'shared/telemetry/there.ts': there,
  },
  'shared-imports-no-service': {
    'shared/errors/a.ts': useType('../../services/gateway/there.js'),
    'services/gateway/there.ts': there,
  },
  'services-do-not-import-each-other': {
    'services/trainer/a.ts': useType('../gateway/there.js'),
    'services/gateway/there.ts': there,
  },
  'log-adapters-stand-alone': {
    'shared/log/memory/a.ts': useType('../embedded/there.js'),
    'shared/log/embedded/there.ts': there,
  },
  'the-clock-is-handed-in': {
    'services/feeder/a.ts': useType('../../shared/clock/system-clock.js'),
    'shared/clock/system-clock.ts': there,
  },
  'nothing-imports-tests-or-scripts': {
    'shared/series/a.ts': useType('../../test/there.js'),
    'test/there.ts': there,
  },
  'everything-resolves': { 'shared/series/a.ts': useType('./nowhere.js') },
  'kafkajs-in-one-folder': { 'services/feeder/a.ts': usePackage('kafkajs'), ...packageFiles('kafkajs') },
  'crc32-in-one-folder': {
    'shared/feed/a.ts': usePackage('@node-rs/crc32'),
    ...packageFiles('@node-rs/crc32'),
  },
  'lmdb-in-one-folder': { 'shared/log/memory/a.ts': usePackage('lmdb'), ...packageFiles('lmdb') },
  'prom-client-in-one-folder': {
    'services/gateway/a.ts': usePackage('prom-client'),
    ...packageFiles('prom-client'),
  },
  'tfjs-in-one-folder': {
    'services/trainer/a.ts': usePackage('@tensorflow/tfjs-core'),
    ...packageFiles('@tensorflow/tfjs-core'),
  },
  'hono-in-one-folder': { 'services/cli/a.ts': usePackage('hono'), ...packageFiles('hono') },
  'commander-in-one-folder': {
    'services/trainer/a.ts': usePackage('commander'),
    ...packageFiles('commander'),
  },
  'hyparquet-writer-in-one-folder': {
    'services/cli/a.ts': usePackage('hyparquet-writer'),
    ...packageFiles('hyparquet-writer'),
  },
  'uplot-in-one-folder': { 'services/gateway/a.ts': usePackage('uplot'), ...packageFiles('uplot') },
}

describe('the rules of the layers', () => {
  it('all have a broken example here', () => {
    expect(Object.keys(BROKEN).sort()).toEqual(rules.map((rule) => rule.name ?? '').sort())
  })

  it.each(Object.keys(BROKEN))('%s fires on what it forbids, and nothing else does', async (name) => {
    expect(await brokenRules(BROKEN[name]!)).toEqual([name])
  })

  it('let the folders through that a library belongs to, and cycles of types', async () => {
    const files = {
      'shared/log/kafka/a.ts': usePackage('kafkajs'),
      'shared/pipeline/a.ts': useType('../log/port.js'),
      'shared/log/port.ts': there,
      'shared/series/a.ts': "import type { B } from './b.js'\nexport interface A { b: B }\n",
      'shared/series/b.ts': "import type { A } from './a.js'\nexport interface B { a: A }\n",
      'services/cli/start.ts': useType('../gateway/run.js'),
      'services/gateway/run.ts': there,
      ...packageFiles('kafkajs'),
    }
    expect(await brokenRules(files)).toEqual([])
  })
})
