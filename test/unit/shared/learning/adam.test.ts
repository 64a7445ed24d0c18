import { describe, expect, it } from 'vitest'
import { Adam, clipToNorm, learningRateAt } from '#shared/learning/adam'

describe('Adam', () => {
  // By hand [Kingma and Ba 2015, algorithm 1]: after one step mean = g and square = g², so the move is rate × sign(g).
  it('moves by the learning rate against the sign of the first gradient', () => {
    const values = Float32Array.of(1, 1, 1)
    new Adam(3, { decay: 0 }).step(values, Float32Array.of(5, -0.001, 0), 0.1)
    expect([...values].map((value) => value.toFixed(4))).toEqual(['0.9000', '1.1000', '1.0000'])
  })

  // By hand: gradients 1 then 0: mean .9 × .1 / (1 − .81) = .4737, square .999 × .001 / (1 − .998001) = .49975,
  // move .1 × .4737 / √.49975 = .0670.
  it('remembers earlier gradients', () => {
    const values = Float32Array.of(0)
    const adam = new Adam(1, { decay: 0 })
    adam.step(values, Float32Array.of(1), 0.1)
    adam.step(values, Float32Array.of(0), 0.1)
    expect(values[0]).toBeCloseTo(-0.167, 4)
  })

  // By hand [Loshchilov and Hutter 2019]: 2 × (1 − .1 × .5) without a gradient.
  it('decays weights apart from the gradient', () => {
    const values = Float32Array.of(2)
    new Adam(1, { decay: 0.5 }).step(values, Float32Array.of(0), 0.1)
    expect(values[0]).toBeCloseTo(1.9, 6)
  })
})

describe('clipToNorm', () => {
  // By hand: (3, 4) has norm 5.
  it('scales a longer gradient to the norm and leaves a shorter one', () => {
    const long = Float32Array.of(3, 4)
    expect(clipToNorm(long, 1)).toBe(5)
    expect(long[0]).toBeCloseTo(0.6, 6)
    const short = Float32Array.of(0.3, 0.4)
    expect(clipToNorm(short, 1)).toBeCloseTo(0.5, 6)
    expect(short[0]).toBeCloseTo(0.3, 6)
  })

  it('says NaN for a gradient that is not finite', () => {
    expect(clipToNorm(Float32Array.of(1, Number.NaN), 1)).toBeNaN()
    expect(clipToNorm(Float32Array.of(Number.POSITIVE_INFINITY), 1)).toBeNaN()
  })
})

describe('learningRateAt', () => {
  // By hand: a rise of ten steps to the peak, then a cosine to 5 % of it: half way (1 + .05) / 2.
  it('rises over ten steps and falls as a cosine to 5 %', () => {
    expect(learningRateAt(0, 210, 1)).toBeCloseTo(0.1)
    expect(learningRateAt(9, 210, 1)).toBeCloseTo(1)
    expect(learningRateAt(10, 210, 1)).toBeCloseTo(1)
    expect(learningRateAt(110, 210, 1)).toBeCloseTo(0.525)
    expect(learningRateAt(209, 210, 1)).toBeCloseTo(0.05, 3)
  })
})
