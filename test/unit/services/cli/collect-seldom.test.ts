import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

/** By what V8 multiplies what lives for the size at which it collects everything again, after the command line has run. */
function growthFactor(entry: string): number {
  const program = `import(${JSON.stringify(entry)}).then(async ({ runCommandLine }) => {
    if (runCommandLine) await runCommandLine(['--version'])
    globalThis.kept = Array.from({ length: 300_000 }, (_, i) => ({ at: i, of: [i], in: { i } }))
    gc()
    process.exit(0)
  })`
  const args = ['--expose-gc', '--trace-gc-verbose', '-e', program]
  const said = execFileSync(process.execPath, args, { encoding: 'utf8' })
  const limits = [...said.matchAll(/\[HeapController\] Limit:.*\(([\d.]+)\)/g)]
  return Number(limits.at(-1)![1])
}

it('the heap of the program may treble before everything is collected, where V8 would decide by itself', () => {
  const main = new URL('../../../../dist/services/cli/main.js', import.meta.url).href
  expect(growthFactor('node:path')).not.toBe(3)
  expect(growthFactor(main)).toBe(3)
})
