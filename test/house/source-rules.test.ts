import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkSource } from './source-rules.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
}

describe('the sources', () => {
  it.each(['shared', 'services'])('in %s keep the rules of the house', (folder) => {
    const files = filesUnder(folder)
    expect(files.length).toBeGreaterThan(20)
    const faults = files.flatMap((path) =>
      checkSource({ path, text: readFileSync(join(root, path), 'utf8') }),
    )
    expect(faults).toEqual([])
  })

  it('have no test file of more than 600 lines', () => {
    const lines = (path: string) => readFileSync(join(root, path), 'utf8').split('\n').length
    expect(filesUnder('test').filter((path) => lines(path) > 600)).toEqual([])
  })
})

describe('checkSource', () => {
  const check = (path: string, text: string) => checkSource({ path, text })

  it.each([
    ['a file of 401 lines', 'shared/series/long.ts', 'x\n'.repeat(401), /401 lines/],
    ['a folder that says nothing', 'shared/utils/a.ts', '', /`utils`/],
    ['a file that says nothing', 'shared/series/helpers.ts', '', /`helpers`/],
    ['a camel-case file', 'shared/series/timeGrid.ts', '', /kebab/],
    ['a look at the environment', 'services/cli/a.ts', 'const a = process.env.HOME', /process\.env/],
    ['the time of day', 'shared/log/a.ts', 'const now = Date.now()', /take a Clock/],
    ['the time of day by another way', 'services/cli/a.ts', 'const now = new Date()', /take a Clock/],
    ['chance without a seed', 'shared/learning/a.ts', 'Math.random()', /take a seed/],
    ['a timer in the line', 'shared/pipeline/a.ts', 'setTimeout(() => 1, 1)', /timer/],
    ['a default export', 'shared/series/a.ts', 'export default 1\n', /default export/],
  ])('finds %s', (_, path, text, fault) => {
    expect(check(path, text)).toEqual([expect.stringMatching(fault)])
  })

  it('lets comments speak of what code may not do', () => {
    expect(
      check('shared/pipeline/a.ts', '// no Date.now here\n/* nor Math.random() */\nconst a = 1\n'),
    ).toEqual([])
  })

  it('lets the clock and the environment do their work', () => {
    expect(check('shared/clock/system-clock.ts', 'Date.now()')).toEqual([])
    expect(check('shared/configuration/environment.ts', 'process.env')).toEqual([])
    expect(check('shared/series/a.ts', 'new Date(timeMs)')).toEqual([])
  })
})
