import { describe, expect, it } from 'vitest'
import { type PairedScore, ScoreBlocks } from '#shared/promotion/score-blocks'

const at = (timeMs: number, series: string, champion: number[], challenger: number[]): PairedScore => ({
  series,
  timeMs,
  leads: champion.map((_, k) => k + 1),
  champion,
  challenger,
})

describe('blocks of scores', () => {
  // By hand: series a, lead 1: (3 − 1) / 4 = 0.5, lead 2: (1 − 1) / 2 = 0, mean 0.25; series b: (1 − 3) / 4 = −0.5.
  it('give the mean over series of the mean over leads, when two more have begun', () => {
    const blocks = new ScoreBlocks(100)
    expect(blocks.take(at(10, 'a', [2, 1], [0.5, 1]))).toEqual([])
    expect(blocks.take(at(20, 'a', [1], [0.5]))).toEqual([])
    expect(blocks.take(at(30, 'b', [1], [3]))).toEqual([])
    expect(blocks.take(at(100, 'a', [1], [1]))).toEqual([])
    expect(blocks.take(at(200, 'a', [1], [1]))).toEqual([(0.25 - 0.5) / 2])
  })

  it('take what a lagging partition brings, and nothing for a block that is closed', () => {
    const blocks = new ScoreBlocks(100)
    blocks.take(at(150, 'a', [1], [1]))
    blocks.take(at(50, 'b', [3], [1]))
    expect(blocks.take(at(250, 'a', [1], [1]))).toEqual([0.5])
    expect(blocks.take(at(60, 'b', [9], [1]))).toEqual([])
    expect(blocks.take(at(350, 'a', [1], [1]))).toEqual([0])
  })

  // By hand: (3 − 1) / 4; a quarter of a block after its end.
  it('close a block that everybody is past, a quarter of a block after its end', () => {
    const blocks = new ScoreBlocks(100)
    blocks.take(at(50, 'a', [3], [1]))
    expect(blocks.closeBefore(124)).toEqual([])
    blocks.take(at(99, 'b', [1], [1]))
    expect(blocks.closeBefore(125)).toEqual([(0.5 + 0) / 2])
    expect(blocks.take(at(60, 'b', [9], [1]))).toEqual([])
    expect(blocks.closeBefore(224)).toEqual([])
  })

  it('leave out leads without a forecast of both, and blocks without any', () => {
    const blocks = new ScoreBlocks(100)
    blocks.take(at(0, 'a', [1, Number.NaN], [3, 1]))
    blocks.take(at(100, 'a', [Number.NaN], [1]))
    expect(blocks.take(at(600, 'a', [1], [1]))).toEqual([-0.5])
  })

  it('call two perfect forecasts a draw', () => {
    const blocks = new ScoreBlocks(100)
    blocks.take(at(0, 'a', [0], [0]))
    expect(blocks.take(at(200, 'a', [1], [1]))).toEqual([0])
  })
})
