import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { Transients } from '#shared/collections/transients'

setFlagsFromString('--expose-gc')
const collect: (options?: { readonly type: 'minor' }) => void = runInNewContext('gc')

/** Bytes of objects that have grown old. */
function grownOld(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name }) => space_name === 'old_space' || space_name === 'large_object_space')
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0)
}

const WAITING = 12
const TURNS = 4_000
/** Numbers that each wait brings, 8 bytes or fewer each. */
const BROUGHT = 500

/** Of what a dozen that wait by turns have brought, the bytes that live on after small collections alone. */
async function keptOf(waiting: { add(one: () => void): void; delete(one: () => void): void }) {
  const wait = () => {
    let bring = (_: readonly number[]): void => undefined
    const work = new Promise<readonly number[]>((resolve) => {
      bring = resolve
    })
    const over = new Promise<readonly number[] | null>((resolve) => {
      const tell = () => resolve(null)
      waiting.add(tell)
      work.then((brought) => {
        waiting.delete(tell)
        resolve(brought)
      })
    })
    return { bring, over }
  }
  const waits = Array.from({ length: WAITING }, wait)
  collect()
  collect()
  const before = grownOld()
  for (let turn = 0; turn < TURNS; turn++) {
    const at = turn % WAITING
    const { bring, over } = waits[at]!
    bring(new Array(BROUGHT).fill(turn))
    await over
    waits[at] = wait()
    if (turn % 40 === 0) collect({ type: 'minor' })
  }
  return grownOld() - before
}

describe('things that come and go', () => {
  it('keep their order, and are those of the beginning to who goes through them', () => {
    const some = new Transients<string>()
    for (const one of 'abcd') some.add(one)
    expect([some.delete('b'), some.delete('b'), some.size]).toEqual([true, false, 3])
    const seen: string[] = []
    for (const one of some) {
      seen.push(one)
      some.delete(one)
      some.add(one.toUpperCase())
    }
    expect(seen).toEqual(['a', 'c', 'd'])
    expect([...some]).toEqual(['A', 'C', 'D'])
    some.clear()
    expect([some.size, ...some]).toEqual([0])
  })

  it('leave nothing behind that only a full collection would take, as a Set does', async () => {
    const all = TURNS * BROUGHT * 4
    expect(await keptOf(new Set())).toBeGreaterThan(all / 4)
    expect(await keptOf(new Transients())).toBeLessThan(all / 20)
  })
})
