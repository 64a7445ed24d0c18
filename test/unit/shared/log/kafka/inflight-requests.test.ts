import { describe, expect, it } from 'vitest'
import { InflightRequests } from '#shared/log/kafka/inflight-requests'

/** What both said to the same calls. */
function both(use: (of: InflightRequests<string> | Map<number, string>) => unknown) {
  const [map, inflight] = [new Map<number, string>(), new InflightRequests<string>()]
  const tried = (of: typeof map | typeof inflight) => [use(of), of.size, [...of.values()]]
  return { said: tried(inflight), expected: tried(map) }
}

describe('requests in flight', () => {
  it('are to be had as from the Map in whose place they are', () => {
    const { said, expected } = both((of) => {
      const answers: unknown[] = []
      for (let id = 0; id < 50; id++) {
        of.set(id, `request ${id}`)
        // Some answers come late, or to nobody.
        for (const answered of [id, id - 3, id + 1]) {
          if (id % 4 !== answered % 3) continue
          answers.push(of.has(answered), of.get(answered), of.delete(answered), of.has(answered), of.size)
        }
      }
      of.forEach((request) => void answers.push(request))
      return answers
    })
    expect(said).toEqual(expected)
    expect(said[1]).toBeGreaterThan(2)
  })

  it('may go while all of them are told of something', () => {
    const { said, expected } = both((of) => {
      for (let id = 0; id < 5; id++) of.set(id, `request ${id}`)
      const told: string[] = []
      of.forEach((request) => {
        told.push(request)
        of.delete(Number(request.at(-1)))
      })
      of.set(9, 'request 9')
      of.clear()
      return told
    })
    expect(said).toEqual(expected)
  })
})
