import { describe, expect, it } from 'vitest'
import { describeProgress, ProgressMeter } from '#services/cli/terminal/progress-meter'
import { StatusLine } from '#services/cli/terminal/status-line'

function meterOn(isTTY: boolean) {
  const written: string[] = []
  const told: string[] = []
  let now = 0
  const clock = { now: () => now, sleep: () => Promise.resolve() }
  const status = new StatusLine({ write: (text) => written.push(text), isTTY, columns: 60 })
  const meter = new ProgressMeter(status, clock, (name, progress) =>
    told.push(`${name}: ${describeProgress(progress)}`),
  )
  const at = (ms: number, done: number) => {
    now = ms
    meter.update('p', { done, total: 200, perSecond: 20, secondsLeft: 3 })
  }
  return { written, told, meter, status, at }
}

describe('ProgressMeter', () => {
  it('draws over its line on a terminal, at most ten times a second', () => {
    const { written, told, at } = meterOn(true)
    for (let ms = 0; ms < 1000; ms += 10) at(ms, 1)
    expect(written).toHaveLength(10)
    expect(written[0]).toBe('\r\u001b[2Kp 0 % 20/s, 3.0 s left')
    expect(told).toEqual([])
  })

  it('writes a line every ten seconds elsewhere, and never a control sequence', () => {
    const { written, told, at } = meterOn(false)
    for (let ms = 0; ms <= 30_000; ms += 100) at(ms, ms / 300)
    expect(told).toEqual([
      'p: 33 of 200 events, 20 events/s, 3.0 s left',
      'p: 67 of 200 events, 20 events/s, 3.0 s left',
      'p: 100 of 200 events, 20 events/s, 3.0 s left',
    ])
    expect(written).toEqual([])
  })

  it('leaves no half line behind', () => {
    const { written, meter, at } = meterOn(true)
    at(0, 1)
    meter.finish('p')
    expect(written.at(-1)).toBe('\r\u001b[2K')
  })
})

describe('StatusLine', () => {
  it('lets whole lines pass above it', () => {
    const { written, status } = meterOn(true)
    status.show('working')
    status.write('note\n')
    expect(written.at(-1)).toBe('\r\u001b[2Knote\nworking')
  })

  it('is cut to the width of the terminal, where a wrapped line could not be drawn over', () => {
    const { written, status } = meterOn(true)
    status.show('x'.repeat(100))
    expect(written.at(-1)).toBe(`\r\u001b[2K${'x'.repeat(59)}`)
  })

  it('takes a terminal that says it has no width for one of 80 columns', () => {
    const written: string[] = []
    new StatusLine({ write: (text) => written.push(text), isTTY: true, columns: 0 }).show('x'.repeat(100))
    expect(written).toEqual([`\r\u001b[2K${'x'.repeat(79)}`])
  })
})
