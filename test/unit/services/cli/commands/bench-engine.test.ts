import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runCommand } from '../command-line.js'

const root = fileURLToPath(new URL('../../../../..', import.meta.url))

/** The command as a user runs it: its contestants are processes of the built program. */
async function bench(flags: readonly string[], stopAfterLines = Number.POSITIVE_INFINITY) {
  const child = spawn(process.execPath, ['bin/foretide.mjs', 'bench', 'engine', ...flags], { cwd: root })
  let out = ''
  let err = ''
  child.stdout.on('data', (text) => {
    out += text
    if (out.split('\n').length > stopAfterLines) child.kill('SIGINT')
  })
  child.stderr.on('data', (text) => (err += text))
  const code = await new Promise((resolve) => child.once('close', resolve))
  return { code, err, lines: out.trim().split('\n') }
}

const BRIEF = ['--cells', 'gru', '--hidden', '64', '--rounds', '1', '--quick']

describe('foretide bench engine', () => {
  it('ends with one line that sums up a GRU of 64 units', async () => {
    const { code, lines } = await bench([...BRIEF, '--json'])
    expect(code).toBe(0)
    const rows = lines.map((line) => JSON.parse(line))
    const { gru64, backend, ...rest } = rows.pop()
    expect(rest).toEqual({})
    expect(backend).toEqual(expect.any(String))
    expect(Object.keys(gru64)).toEqual([
      ...['stepsPerSecondB1', 'stepsPerSecondB48', 'vsTfjsNodeB1', 'vsTfjsNodeB256'],
      ...[
        'trainTimestepsPerSecond',
        'trainVsTfjs',
        'rooflineShareB48',
        'vsTunedTfjsNodeB1',
        'vsTunedTfjsNodeB256',
        'trainVsPlainTfjs',
      ],
    ])
    for (const name of ['stepsPerSecondB1', 'stepsPerSecondB48', 'trainTimestepsPerSecond']) {
      expect(gru64[name]).toBeGreaterThan(0)
    }
    // One round on a machine that others use: it may have been quicker in one half than in the other, so no bound from above.
    expect(gru64.rooflineShareB48).toBeGreaterThan(0)
    const b48 = rows.find((row) => row.kind === 'step' && row.rows === 48 && row.contestant === 'kernel')
    expect(gru64.stepsPerSecondB48).toBe(Math.round(b48.perSecond))
    const wasm = rows.filter((row) => row.contestant === 'tfjs-wasm')
    expect(wasm.map(({ kind, rows: batch }) => `${kind} ${batch}`)).toEqual([
      ...['step 1', 'step 48', 'step 256', 'train 64'],
    ])
  }, 120_000)

  it('is stopped by Ctrl-C, and leaves nothing running', async () => {
    const { code, lines } = await bench([...BRIEF, '--json'], 1)
    expect(code).toBe(130)
    expect(lines.at(-1)).not.toContain('gru64')
  }, 60_000)

  it('says what it measures and when it ends with 1', async () => {
    const { code, out } = await runCommand(['bench', 'engine', '--help'])
    expect(code).toBe(0)
    for (const word of ['--quick', '--fail-below-floors', '--json', '8 inputs, 24 outputs', 'Exit codes:']) {
      expect(out).toContain(word)
    }
  })
})
