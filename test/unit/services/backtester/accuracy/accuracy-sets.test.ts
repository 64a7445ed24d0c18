import { describe, expect, it } from 'vitest'
import { accuracySets } from '#services/backtester/accuracy/accuracy-sets'
import { openRandomWalks } from '#services/backtester/accuracy/random-walks'
import { runAccuracyBench } from '#services/backtester/accuracy/run-accuracy-bench'
import { smallSettings } from '../../../../pipeline/pipeline-driver.js'
import { runCommand } from '../../cli/command-line.js'
import { VirtualClock } from '../../feeder/virtual-clock.js'

async function walksOf(seed: number): Promise<number[][]> {
  const walks: number[][] = Array.from({ length: 7 }, () => [])
  for await (const { series, value } of openRandomWalks(seed).readings()) {
    walks[Number(series.slice(5)) - 1].push(value)
  }
  return walks
}

describe('the generated random walks', () => {
  it('are the same from the same seed, and have changes that say nothing of the next', async () => {
    const walks = await walksOf(7)
    expect(openRandomWalks(7).fingerprint).toBe(openRandomWalks(7).fingerprint)
    expect(openRandomWalks(8).fingerprint).not.toBe(openRandomWalks(7).fingerprint)
    expect(walks.map((walk) => walk.length)).toEqual(Array.from({ length: 7 }, () => 8000))
    for (const walk of walks) {
      const signs = walk.slice(1).map((value, t) => Math.sign(value - walk[t]))
      const products = signs.slice(1).map((sign, t) => sign * signs[t])
      const mean = products.reduce((sum, product) => sum + product, 0) / products.length
      // Independent signs: a mean of 8,000 products of ±1 has a standard deviation of 0.011.
      expect(Math.abs(mean)).toBeLessThan(0.05)
    }
  })
})

describe('bench accuracy', () => {
  it('knows on the command line the sets that there are', async () => {
    const { out } = await runCommand(['bench', 'accuracy', '--help'])
    for (const { name } of accuracySets) expect(out).toContain(name)
    const wrong = await runCommand(['bench', 'accuracy', '--only', 'ETTh3'])
    expect(wrong.code).toBe(2)
    const nowhere = await runCommand(['bench', 'accuracy', '--only', 'ETTh1', '--data', import.meta.dirname])
    expect(nowhere.code).toBe(3)
    expect(nowhere.err).toContain('ETTh1.csv: say with --data, or FORETIDE_DATA, where the public data lie')
    const odd = await runCommand(['bench', 'accuracy', '--preset', 'leen'])
    expect(odd).toMatchObject({ code: 2, out: '' })
    expect(odd.err).toContain('Allowed choices are minimal, lean, full')
  })

  it('says what it cannot read when the data are not there', async () => {
    const result = await runCommand(['bench', 'accuracy', '--only', 'trump', '--data', 'nowhere'])
    expect(result).toMatchObject({ code: 3, out: '' })
    expect(result.err).toContain('trump.csv')
  })

  it('finds no more than persistence in a walk by its protocol, and gives the figure with its bound', async () => {
    const walks = accuracySets.find(({ name }) => name === 'random-walks')
    const result = await runAccuracyBench({
      set: { ...walks!, horizon: 2, protocol: { testFrom: 500 }, open: async () => openRandomWalks(7, 1000) },
      net: 'untrained',
      folder: '',
      cacheDir: '',
      settings: (cadenceMs, horizon) => smallSettings({ cadenceMs, horizon, season: 4 }),
      clock: new VirtualClock(0),
      signal: new AbortController().signal,
    })
    const [ratio] = result!.figures
    expect(ratio).toMatchObject({ name: 'MSE ratio', target: 1.015, references: { persistence: 1 } })
    // Property: nothing beats the last value on a walk but by chance.
    expect(ratio.value).toBeGreaterThan(0.95)
    expect(ratio.value).toBeLessThan(1.1)
  }, 60_000)
})
