import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCommand } from './command-line.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foretide-cli-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function fileWith(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

describe('foretide', () => {
  it('explains itself, and every command with examples and exit codes', async () => {
    const help = await runCommand(['--help'])
    expect(help.code).toBe(0)
    for (const command of ['up', 'feed', 'tail', 'check', 'doctor', 'backtest']) {
      expect(help.out).toContain(command)
      const one = await runCommand([command, '--help'])
      expect(one.code).toBe(0)
      expect(one.out).toContain('Examples:')
      expect(one.out).toContain('Exit codes:')
      expect(one.out).toContain('--json')
    }
  })

  it('prints its version', async () => {
    expect(await runCommand(['--version'])).toEqual({ code: 0, out: '0.1.0\n', err: '' })
  })

  it.each([
    ['no command', []],
    ['an unknown command', ['upp']],
    ['an unknown option', ['up', '--prot', '1']],
    ['a missing argument', ['backtest']],
    ['a bad number', ['tail', '--last', 'x']],
    ['a bad choice', ['feed', 'a.csv', '--layout', 'tall']],
  ])('ends with 2 on %s, and says so on standard error only', async (_, argv) => {
    const { code, out, err } = await runCommand(argv)
    expect([code, out]).toEqual([2, ''])
    expect(err).not.toBe('')
  })

  it('offers the command that was meant', async () => {
    expect((await runCommand(['bactest', 'a.csv'])).err).toContain(
      'no command `bactest`; did you mean `backtest`?',
    )
  })

  it.each([
    ['an unknown option', ['up', '--prot', '1'], /^unknown option '--prot'/],
    ['a bad condition', ['backtest', 'a.csv', '--fail-if', 'x'], /'x' is invalid/],
    ['a missing argument', ['backtest'], /^missing required argument 'source'/],
  ])('says in JSON, where that is asked for, what is wrong with %s', async (_, argv, message) => {
    const { code, out, err } = await runCommand([...argv, '--json'])
    expect([code, out]).toEqual([2, ''])
    expect(JSON.parse(err)).toEqual({ error: { code: 'USAGE', message: expect.stringMatching(message) } })
  })

  it('offers the option that was meant', async () => {
    expect((await runCommand(['up', '--prot', '1'])).err).toContain('Did you mean --port?')
  })
})

describe('foretide check', () => {
  it('prints a configuration with every default filled in and no secret', async () => {
    const file = fileWith('a.yaml', 'http: { token: swordfish }\npipelines: { m: { cadence: 15m } }\n')
    const { code, out } = await runCommand(['check', file, '--json'])
    const { ok, configuration } = JSON.parse(out)
    expect([code, ok]).toEqual([0, true])
    expect(configuration.pipelines.m).toMatchObject({ season: 96, inputTopic: 'sensors.m' })
    expect(out).not.toContain('swordfish')
    expect((await runCommand(['check', file])).out).toContain('season: 96')
  })

  it('ends with 1 and all faults on a bad one', async () => {
    const file = fileWith('bad.yaml', 'pipelines:\n  m:\n    cadense: 1h\nhtpp: {}\n')
    const { code, out } = await runCommand(['check', file])
    expect(code).toBe(1)
    expect(out).toContain(`${file}:3:5: unknown key \`cadense\`; did you mean \`cadence\`?`)
    expect(out).toContain(`${file}:4:1: unknown key \`htpp\`; did you mean \`http\`?`)
    const json = JSON.parse((await runCommand(['check', file, '--json'])).out)
    expect(json.faults).toHaveLength(2)
  })

  it('opens the PEM files that are named, and says which is not there', async () => {
    const kafka = 'log: { kind: kafka, brokers: [k:9092], tls: { ca: ca.pem } }'
    const file = fileWith('tls.yaml', `${kafka}\npipelines: { m: { cadence: 1h } }\n`)
    expect(await runCommand(['check', file])).toMatchObject({
      code: 1,
      out: `log.tls.ca: cannot read ${join(folder, 'ca.pem')}: there is no such file\n`,
    })
  })

  it('takes the file of FORETIDE_CONFIG when none is given', async () => {
    const file = fileWith('env.yaml', 'pipelines: { fromEnv: { cadence: 1h } }\n')
    expect((await runCommand(['check'], { FORETIDE_CONFIG: file })).out).toContain('fromEnv:')
  })

  it('takes the file by --config too, as every other command does, but no two', async () => {
    const file = fileWith('flag.yaml', 'pipelines: { fromFlag: { cadence: 1h } }\n')
    expect((await runCommand(['check', '--config', file])).out).toContain('fromFlag:')
    expect(await runCommand(['check', file, '--config', 'other.yaml'])).toMatchObject({
      code: 2,
      err: expect.stringContaining(`one configuration at a time: ${file} or --config other.yaml`),
    })
  })
})

describe('errors', () => {
  it('are one sentence and the exit code of their kind', async () => {
    const missing = await runCommand(['up', '--config', join(folder, 'none.yaml')])
    expect(missing.code).toBe(2)
    expect(missing.err.trim().split('\n')).toHaveLength(1)
    expect(missing.err).toContain('there is no such file')
    const unreachable = await runCommand(['backtest', join(folder, 'none.csv')])
    expect(unreachable.code).toBe(3)
    expect(unreachable.err.trim().split('\n')).toHaveLength(1)
    const noLog = await runCommand(['tail', '--data-dir', join(folder, 'none')])
    expect(noLog.code).toBe(3)
    expect(noLog.err).toContain('--data-dir')
  })

  it('say once what is wrong with a flag that several settings take', async () => {
    const file = join(folder, 'daily.csv')
    writeFileSync(file, 'date,load\n2024-01-01,1\n2024-01-02,2\n')
    const { code, err } = await runCommand(['backtest', file, '--cadence', '5x'])
    expect(code).toBe(2)
    expect(err.match(/not "5x"/g)).toHaveLength(1)
    expect(err).toContain('--cadence')
  })

  it('are one JSON object with --json', async () => {
    const { err } = await runCommand(['tail', '--json', '--data-dir', join(folder, 'none')])
    expect(JSON.parse(err)).toEqual({ error: { code: 'LOG_UNAVAILABLE', message: expect.any(String) } })
  })
})
