import { describe, expect, it } from 'vitest'
import { runCommand } from './command-line.js'

describe('a bench that is stopped', () => {
  it.each(['engine --quick', 'swap'])(
    'says so, prints no figures and ends as shells end what was interrupted: %s',
    async (name) => {
      const { code, out, err } = await runCommand(['bench', ...name.split(' ')], {}, AbortSignal.abort())
      expect({ code, out }).toEqual({ code: 130, out: '' })
      expect(err.trim().split('\n').at(-1)).toBe('stopped before the end: nothing is summed up')
    },
  )
})
