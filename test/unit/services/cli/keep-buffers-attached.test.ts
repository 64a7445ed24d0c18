import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { netShape } from '../../shared/learning/nets.js'

const built = (module: string) => new URL(`../../../../dist/${module}.js`, import.meta.url).href

/** What V8 gives up trusting in while a program runs. */
function givenUp(program: string): readonly string[] {
  const flags = ['--trace-protector-invalidation', '--input-type=module', '-e', program]
  const said = execFileSync(process.execPath, flags, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return said.split('\n').filter((line) => line.startsWith('Invalidating protector cell'))
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'foretide-attached-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

it('no buffer is detached while the line forecasts and a net is trained: V8 would ask each access to any array from then on', () => {
  const file = join(folder, 'meters.csv')
  const rows = Array.from({ length: 200 }, (_, hour) => {
    const time = new Date(Date.UTC(2024, 0, 1, hour)).toISOString()
    return `${time},${Math.sin(hour / 4)},${hour % 24}`
  })
  writeFileSync(file, `time,a,b\n${rows.join('\n')}\n`)
  const shape = netShape({ cell: 'gru', inputs: 8, hidden: 64, outputs: 24, headReadsInput: true })
  const command = ['backtest', file, '--horizon', '24', '--net', 'untrained', '--json']
  const program = `
    import { runCommandLine } from ${JSON.stringify(built('services/cli/main'))}
    import { createKernelGradientEngine } from ${JSON.stringify(built('shared/recurrent/kernel/kernel-gradient-engine'))}
    const code = await runCommandLine(${JSON.stringify(command)})
    if (code !== 0) throw new Error(String(code))
    createKernelGradientEngine().prepare(${JSON.stringify(shape)}, { lanes: 64, steps: 32 }).dispose()`
  expect(givenUp(program)).toEqual([])
  const detaches = 'const bytes = new ArrayBuffer(8); structuredClone(bytes, { transfer: [bytes] })'
  expect(givenUp(detaches)).toEqual(['Invalidating protector cell ArrayBufferDetaching'])
})
