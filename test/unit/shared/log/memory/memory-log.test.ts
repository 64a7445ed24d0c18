import { describe, expect, it } from 'vitest'
import { FencedError, LogUnavailableError, OwnershipLostError } from '#shared/log/errors'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { CommitFault, MemoryLogFaults } from '#shared/log/memory/memory-log-faults'
import type { Ownership } from '#shared/log/port'
import { record, values } from '../../../../contract/log-contract.js'

async function logWith(faults: MemoryLogFaults = {}): Promise<MemoryLog> {
  const log = new MemoryLog({ faults })
  await log.createTopics([
    { topic: 'in', partitions: 1, cleanup: 'delete' },
    { topic: 'out', partitions: 1, cleanup: 'delete' },
  ])
  return log
}

function own(log: MemoryLog): Ownership {
  const held: Ownership[] = []
  log.ownerships('in', 'g').subscribe((one) => held.push(one))
  return held[0]!
}

describe('a memory log', () => {
  it('fails the commits that a test chose, before or after they are written', async () => {
    const script: CommitFault[] = ['proceed', 'fail-before', 'fail-after']
    const log = await logWith({ beforeCommit: (n) => script[n - 1] ?? 'proceed' })
    const held = own(log)
    const commit = (n: number) => held.commit([{ topic: 'out', records: [record(`${n}`)] }], n)
    await commit(1)
    await expect(commit(2)).rejects.toThrow(LogUnavailableError)
    expect(await values(log, 'out')).toEqual(['1'])
    await expect(commit(3)).rejects.toThrow(LogUnavailableError)
    expect(await values(log, 'out')).toEqual(['1', '3'])
    log.crash()
    expect(own(log).committed).toBe(3)
  })

  it('fails appends likewise', async () => {
    const log = await logWith({ beforeAppend: (n) => (n === 1 ? 'fail-before' : 'fail-after') })
    await expect(log.append('in', [record('1')])).rejects.toThrow(LogUnavailableError)
    await expect(log.append('in', [record('2')])).rejects.toThrow(LogUnavailableError)
    expect(await values(log, 'in')).toEqual(['2'])
  })

  it('copies what is appended, unless it is told that nobody will change it; what is committed, always', async () => {
    for (const keepsAppended of [false, true]) {
      const log = new MemoryLog({ keepsAppended })
      await log.createTopics(['in', 'out'].map((topic) => ({ topic, partitions: 1, cleanup: 'delete' })))
      const bytes = Buffer.from('1')
      await log.append('in', [{ ...record('1'), value: bytes }])
      await own(log).commit([{ topic: 'out', records: [{ ...record('1'), value: bytes }] }], 1)
      bytes.write('2')
      expect([await values(log, 'in'), await values(log, 'out')]).toEqual([
        [keepsAppended ? '2' : '1'],
        ['1'],
      ])
    }
  })

  it('lets a test choose the batch borders, within what was asked for', async () => {
    const asked: [number, number][] = []
    const sizes = [2, 0, 100]
    const log = await logWith({
      chooseBatchSize: (from, available) => {
        asked.push([from, available])
        return sizes[asked.length - 1]!
      },
    })
    await log.append(
      'in',
      Array.from({ length: 8 }, (_, i) => record(`${i}`)),
    )
    const held = own(log)
    expect((await held.next(0, 5)).records).toHaveLength(2)
    expect((await held.next(2, 5)).records).toHaveLength(1)
    expect((await held.next(3, 5)).records).toHaveLength(5)
    expect(asked).toEqual([
      [0, 8],
      [2, 6],
      [3, 5],
    ])
  })

  it('that crashes loses its owners, keeps its records, and can be owned again', async () => {
    const log = await logWith()
    const held = own(log)
    await held.commit([{ topic: 'out', records: [record('a')] }], 1)
    const pending = held.next(0)
    log.crash()
    await expect(pending).rejects.toThrow(OwnershipLostError)
    await expect(held.commit([], 2)).rejects.toThrow(FencedError)
    const again = own(log)
    expect(again.committed).toBe(1)
    await again.commit([{ topic: 'out', records: [record('b')] }], 2)
    expect(await values(log, 'out')).toEqual(['a', 'b'])
  })

  it('may crash in the middle of a commit, which then writes nothing', async () => {
    const log: MemoryLog = await logWith({
      beforeCommit: () => {
        log.crash()
        return 'proceed'
      },
    })
    await expect(own(log).commit([{ topic: 'out', records: [record('a')] }], 1)).rejects.toThrow(FencedError)
    expect(await values(log, 'out')).toEqual([])
  })
})
