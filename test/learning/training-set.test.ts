import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

// The child is JavaScript and imports the build; `npm run test:learning` builds first.
const child = fileURLToPath(new URL('./fill-set.mjs', import.meta.url))
const MB = 1e6

/** What arrays that were outgrown leave in the allocator comes on top of what is held. */
const residentMax = (memory: number) => 2 * memory + 150 * MB

interface Filled {
  /** Highest bytes that the set ever said it held, and resident bytes that the process grew by. */
  readonly bytesMax: number
  readonly grown: number
  readonly samples: number
  readonly series: number
  readonly rare: number
  /** Share of the drawn segments that are of the rare series. */
  readonly drawn: number
}

async function fill(task: Record<string, number>): Promise<Filled> {
  const running = spawn(process.execPath, ['--expose-gc', child, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let last = ''
  for await (const line of createInterface({ input: running.stdout })) last = line
  const filled: Filled = JSON.parse(last)
  console.info(`${JSON.stringify(task)}: ${JSON.stringify(filled)}`)
  return filled
}

describe('a training set', () => {
  it('takes a million events of eight busy series in 16 MB, and keeps all 500 samples of a rare one', async () => {
    const memory = 16 * MB
    const filled = await fill({ memory, series: 8, events: 1_000_000, rareEvery: 2000 })
    expect(filled.bytesMax).toBeLessThanOrEqual(memory)
    expect(filled.grown).toBeLessThan(residentMax(memory))
    expect(filled.rare).toBe(500)
    // It was 0.05 % of what came. By what the set keeps it is more, and so is its share of the segments that train.
    expect(filled.rare / filled.samples).toBeGreaterThan(3 * 0.0005)
    expect(filled.drawn).toBeGreaterThan(2 * 0.0005)
  })

  it('takes a hundred thousand series in the default 200 MB, with samples of each in turn', async () => {
    const memory = 200 * MB
    const filled = await fill({ memory, series: 100_000, events: 2_000_000, rareEvery: 1000 })
    expect(filled.bytesMax).toBeLessThanOrEqual(memory)
    expect(filled.grown).toBeLessThan(residentMax(memory))
    // Those whose turn it is have something to learn from.
    expect(filled.series).toBeGreaterThan(1000)
    expect(filled.samples).toBeGreaterThan(100_000)
  })
})
