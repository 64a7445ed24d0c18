import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { copyStream } from '#services/benchmarks/pipeline/river-stream'

describe('copies of a stream', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foretide-stream-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('are a column each, with the values of the second column row by row', async () => {
    const [source, target] = [join(folder, 'a.csv'), join(folder, 'b.csv')]
    await writeFile(source, 'time,value\n1949-01-01 00:00:00,112\n1949-02-01 00:00:00,118.5\n')
    await copyStream({ name: 'air', cadence: '1mo', copies: 3 }, source, target)
    expect(await readFile(target, 'utf8')).toBe('air-1,air-2,air-3\n112,112,112\n118.5,118.5,118.5\n')
  })

  it('say where a stream is looked for that is not there', async () => {
    const source = join(folder, 'none.csv')
    await expect(
      copyStream({ name: 'none', cadence: '1d', copies: 1 }, source, join(folder, 'x')),
    ).rejects.toThrow(source)
  })
})
