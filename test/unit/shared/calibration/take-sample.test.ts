import { describe, expect, it } from 'vitest'
import { takeSample } from '#shared/calibration/take-sample'

const judge = (value: number, changes: Partial<Parameters<typeof takeSample>[0]> = {}) =>
  takeSample({
    value,
    median: 100,
    scale: 10,
    known: 1000,
    knownMin: 50,
    clipRun: 0,
    believed: false,
    ...changes,
  })

// Expected by hand: clipped beyond 4 half widths (140).
describe('takeSample', () => {
  it('takes what is tame as it is', () => {
    for (const value of [100, 80, 140])
      expect(judge(value)).toEqual({ taken: value, clipRun: 0, flag: null, jump: false })
  })

  it('clips what is wild to four half widths, on its side', () => {
    expect(judge(150)).toEqual({ taken: 140, clipRun: 1, flag: 'clipped', jump: true })
    expect(judge(-3e38)).toEqual({ taken: 60, clipRun: -1, flag: 'clipped', jump: true })
  })

  it('believes the sixth wild sample in a row on the same side', () => {
    let clipRun = 0
    const flags: (string | null)[] = []
    const taken: number[] = []
    for (let i = 0; i < 7; i++) {
      const judged = judge(500, { clipRun })
      clipRun = judged.clipRun
      flags.push(judged.flag)
      taken.push(judged.taken)
    }
    expect(flags).toEqual([...Array(5).fill('clipped'), 'level-shift', 'level-shift'])
    expect(taken).toEqual([140, 140, 140, 140, 140, 500, 500])
  })

  it('counts anew when the side changes or a sample is tame', () => {
    expect(judge(-500, { clipRun: 4 }).clipRun).toBe(-1)
    expect(judge(500, { clipRun: -5 }).flag).toBe('clipped')
    expect(judge(120, { clipRun: 5 }).clipRun).toBe(0)
  })

  it('takes the first outcomes as they are', () => {
    expect(judge(1e9, { known: 7 })).toEqual({ taken: 1e9, clipRun: 0, flag: null, jump: false })
  })

  it('clips only what is absurd while the scale is rough: 20 half widths, by hand 100 + 20 × 10', () => {
    expect(judge(290, { known: 8 })).toEqual({ taken: 290, clipRun: 0, flag: null, jump: false })
    expect(judge(1e9, { known: 8 })).toEqual({ taken: 300, clipRun: 1, flag: 'clipped', jump: true })
    expect(judge(1e9, { known: 49 })).toEqual({ taken: 300, clipRun: 1, flag: 'clipped', jump: true })
    expect(judge(1e9, { known: 50 }).taken).toBe(140)
  })

  it('gives finite numbers where nothing has ever varied', () => {
    expect(judge(101, { scale: 0 })).toEqual({ taken: 100, clipRun: 1, flag: 'clipped', jump: true })
    expect(judge(100, { scale: 0 })).toEqual({ taken: 100, clipRun: 0, flag: null, jump: false })
  })

  it('takes a wild sample as it is where the series’ jumps last, and says that it was one', () => {
    expect(judge(150, { believed: true })).toEqual({ taken: 150, clipRun: 0, flag: null, jump: true })
    expect(judge(140, { believed: true }).jump).toBe(false)
  })
})
