import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

/** How often V8 looks whether objects should be born old after the command line has run, while the process makes many objects that live long. */
function looks(entry: string): number {
  // More than the young space holds, time and again, of which all lives until the next time.
  const busy = `
    for (let times = 0; times < 20; times++) {
      globalThis.kept = []
      for (let i = 0; i < 200_000; i++) globalThis.kept.push({ at: i, of: [i], in: { i } })
    }
    process.exit(0)`
  const program = `import(${JSON.stringify(entry)}).then(async ({ runCommandLine }) => {
    if (runCommandLine) await runCommandLine(['--version'])
    ${busy}
  })`
  const said = execFileSync(process.execPath, ['--trace-pretenuring-statistics', '-e', program], {
    encoding: 'utf8',
  })
  return said.split('\n').filter((line) => line.includes('pretenuring:')).length
}

it('no object is born old in the program, though V8 would have it so', () => {
  const main = new URL('../../../../dist/services/cli/main.js', import.meta.url).href
  expect(looks('node:path')).toBeGreaterThan(0)
  expect(looks(main)).toBe(0)
})
