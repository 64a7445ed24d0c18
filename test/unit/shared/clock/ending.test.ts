import { describe, expect, it } from 'vitest'
import { Ending } from '#shared/clock/ending'

const open = new Promise<never>(() => undefined)

describe('work before an end', () => {
  it('comes to what it comes to, and leaves nothing that waits', async () => {
    const ending = new Ending()
    await expect(ending.before(Promise.resolve(7))).resolves.toBe(7)
    await expect(ending.before(Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(ending.waiting).toBe(0)
  })

  it('is null once the end has come, whatever it comes to later', async () => {
    const ending = new Ending()
    const [pending, later] = [
      ending.before(open),
      ending.before(new Promise((resolve) => setImmediate(resolve))),
    ]
    expect(ending.waiting).toBe(2)
    ending.end()
    ending.end()
    expect([await pending, await later]).toEqual([null, null])
    expect(await ending.before(open)).toBeNull()
    await expect(ending.before(Promise.reject(new Error('late')))).resolves.toBeNull()
    expect([ending.ended, ending.waiting]).toEqual([true, 0])
  })

  it('is told of once, and not who has taken it back', () => {
    const ending = new Ending()
    const told: string[] = []
    ending.whenEnded(() => told.push('a'))
    ending.whenEnded(() => told.push('b'))()
    ending.end()
    ending.end()
    ending.whenEnded(() => told.push('late'))
    expect(told).toEqual(['a', 'late'])
  })
})
