import { beforeEach, describe, expect, it } from 'vitest'
import { StatusLine } from '#services/cli/terminal/status-line'
import { openTerminal } from '#services/cli/terminal/terminal'

const ERASE = '\r\u001b[2K'

let written: string[]
beforeEach(() => {
  written = []
})
const stream = (isTTY: boolean) => ({ write: (text: string) => written.push(text), isTTY, columns: 40 })

describe('a terminal with a line at its foot', () => {
  it('shows above it what others write to standard error and standard output', () => {
    const terminal = openTerminal(stream(true), stream(true), {})
    const status = new StatusLine(terminal.err)
    status.show('working')
    terminal.err.write('waiting for Kafka\n')
    terminal.out.write('a result\n')
    status.clear()
    terminal.err.write('done\n')
    expect(written).toEqual([
      `${ERASE}working`,
      `${ERASE}waiting for Kafka\nworking`,
      `${ERASE}a result\nworking`,
      ERASE,
      'done\n',
    ])
  })

  it('writes into a file what goes there, and nothing of the line', () => {
    const terminal = openTerminal(stream(false), stream(true), {})
    new StatusLine(terminal.err).show('working')
    terminal.out.write('{}\n')
    expect(written).toEqual([`${ERASE}working`, '{}\n'])
  })

  it('draws nothing where there is no terminal', () => {
    const terminal = openTerminal(stream(false), stream(false), {})
    const status = new StatusLine(terminal.err)
    status.show('working')
    terminal.err.write('a note\n')
    status.clear()
    expect(written).toEqual(['a note\n'])
  })
})
