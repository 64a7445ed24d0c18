import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

const run = (...flags: string[]) =>
  spawnSync(process.execPath, ['bin/kafka.mjs', ...flags], { encoding: 'utf8' })

describe('npm run kafka', () => {
  it('explains itself', () => {
    const { status, stdout } = run('--help')
    expect(status).toBe(0)
    expect(stdout).toContain('--nodes <number>')
  })

  it.each([
    ['--node', /Unknown option '--node'/],
    ['--nodes=0', /--nodes must be a whole number from 1 to 9/],
  ])('ends with 2 on %s, and says what is wrong', (flag, message) => {
    const { status, stderr } = run(flag)
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)])
  })
})
