import { describe, expect, it } from 'vitest'
import { createStructuredLog } from '#shared/telemetry/structured-log'

// 2001-01-01T12:34:56.789Z
const clock = { now: () => 978_352_496_789, sleep: () => Promise.resolve() }

function written(json: boolean, colour: boolean, use: (log: ReturnType<typeof createStructuredLog>) => void) {
  const lines: string[] = []
  use(createStructuredLog({ clock, write: (line) => lines.push(line), json, colour }))
  return lines
}

describe('createStructuredLog', () => {
  it('writes one plain line a call, with the level in a word unless it is information', () => {
    const lines = written(false, false, (log) => {
      log.info('weights promoted', { pipeline: 'flights', version: 3, left: undefined })
      log.warn('slow disk', { folder: '/a b' })
    })
    expect(lines).toEqual([
      '12:34:56 weights promoted pipeline=flights version=3\n',
      '12:34:56 warn slow disk folder="/a b"\n',
    ])
  })

  it('writes one JSON object a line', () => {
    const [line] = written(true, false, (log) => log.error('no disk', { pipeline: 'a\nb' }))
    expect(line?.endsWith('\n')).toBe(true)
    expect(JSON.parse(line ?? '')).toEqual({
      time: '2001-01-01T12:34:56.789Z',
      level: 'error',
      message: 'no disk',
      pipeline: 'a\nb',
    })
  })

  it('colours only when asked', () => {
    expect(written(false, true, (log) => log.error('x'))[0]).toContain('\u001b[31merror')
    expect(written(false, false, (log) => log.error('x'))[0]).not.toContain('\u001b')
  })

  it('lets no control character of a series through to a terminal', () => {
    const [line] = written(false, false, (log) =>
      log.info('seen \u001b[2J', { series: '\u001b]0;x\u0007\n' }),
    )
    expect(line).toBe('12:34:56 seen \\x1b[2J series=\\x1b]0;x\\x07\\x0a\n')
  })
})
