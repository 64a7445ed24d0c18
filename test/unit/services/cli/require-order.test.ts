import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runCommand } from './command-line.js'

const folder = mkdtempSync(join(tmpdir(), 'foretide-order-'))
afterAll(() => rmSync(folder, { recursive: true }))

const rows = Array.from({ length: 40 }, (_, hour) => {
  return `${new Date(Date.UTC(2026, 0, 5, hour)).toISOString()},${hour % 5}`
})
const file = join(folder, 'meters.csv')
writeFileSync(file, ['time,a', ...rows].join('\n'))
const dataDir = ['--data-dir', join(folder, 'data')]
const times = (from: string, to: string) => ['--from', from, '--to', to]
const test = (from: string, to: string) => ['--test-from', from, '--test-to', to]

describe('a range that holds nothing', () => {
  it('is refused before anything is opened, by every command that reads one', async () => {
    const after = '--from lies after --to: nothing lies between them.'
    const same = '--from and --to are the same: nothing lies between them.'
    const backtest = ['backtest', '--no-learn', '--horizon', '3']
    for (const [command, said] of [
      [[...backtest, 'topic:meters', ...times('2026-02-01', '2026-01-31')], after],
      // Half an hour before, in another zone and another notation.
      [[...backtest, 'topic:meters', ...times('2026-02-01T01:00Z', '1 Feb 2026 00:30')], after],
      [[...backtest, 'topic:meters', ...times('2026-02-01', '2026-02-01T00:00')], same],
      [['replay', ...times('120', '119')], after],
      [['replay', ...times('120', '120')], same],
      [['replay', ...times('2026-02-01', '2026-01-31')], after],
      [['state', 'exclude', ...times('2026-02-01', '2026-01-31')], after],
      [[...backtest, file, ...test('20', '10')], after.replaceAll('--', '--test-')],
      [[...backtest, file, ...test('20', '20')], same.replaceAll('--', '--test-')],
    ] as const) {
      const { code, out, err } = await runCommand([...command, ...dataDir])
      expect([command, code, out, err]).toEqual([command, 2, '', `foretide: ${said}\n`])
    }
    expect(readdirSync(folder)).toEqual(['meters.csv'])
  })

  it('is no range to standardise on either', async () => {
    for (const span of ['20:10', '10:10']) {
      const flags = ['--horizon', '3', '--test-from', '20', '--standardise-on', span]
      const { code, err } = await runCommand(['backtest', file, ...flags, ...dataDir])
      expect([code, err]).toEqual([2, expect.stringContaining('must be a row and a later one')])
    }
  })

  it('is told from one whose ends only the topic can put in order', async () => {
    const { code, err } = await runCommand(['replay', ...times('120', '2026-01-31'), ...dataDir])
    expect([code, err]).toEqual([3, expect.stringContaining('no log')])
  })
})
