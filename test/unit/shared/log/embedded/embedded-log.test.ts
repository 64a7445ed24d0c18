import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'lmdb'
import { firstValueFrom } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { batchKey } from '#shared/log/embedded/batch-key'
import { openEmbeddedLog } from '#shared/log/embedded/embedded-log'
import { GroupTakenError, LogUnavailableError } from '#shared/log/errors'
import type { Ownership } from '#shared/log/port'
import { bytes, readAll, record, values } from '../../../../contract/log-contract.js'
import { StillClock } from './still-clock.js'

describe('an embedded log', () => {
  let root: string
  let dir: string
  const spec = { topic: 'in', partitions: 1, cleanup: 'delete' } as const

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'foretide-log-'))
    dir = join(root, 'a.folder/log')
  })

  afterEach(() => rm(root, { recursive: true }))

  const opened = () => openEmbeddedLog(dir, { clock: new StillClock() })

  it('holds its topics, records, groups and positions when it is opened again', async () => {
    const first = await opened()
    await first.createTopics([spec])
    await first.append('in', [record('a', { headers: [['h', bytes('1')]] }), record('b', { key: null })])
    const held = await firstValueFrom(first.ownerships('in', 'g'))
    const kept: Ownership[] = []
    first.ownerships('in', 'g').subscribe((one) => kept.push(one))
    await kept[0]!.commit([{ topic: 'in', records: [record('c')] }], 2)
    expect(held.committed).toBe(null)
    const before = await readAll(first, 'in')
    await first.close()

    const second = await opened()
    expect(await second.partitions('in')).toBe(1)
    expect(await readAll(second, 'in')).toEqual(before)
    expect((await firstValueFrom(second.ownerships('in', 'g'))).committed).toBe(2)
    await second.append('in', [record('d')])
    expect(await values(second, 'in')).toEqual(['a', 'b', 'c', 'd'])
    await second.close()
  })

  it('is a folder, and is created with those above it', async () => {
    const log = await opened()
    expect((await stat(dir)).isDirectory()).toBe(true)
    await log.close()
  })

  it('refuses a folder that cannot be created, and says which and why', async () => {
    const file = join(root, 'file')
    await writeFile(file, '')
    const opening = openEmbeddedLog(join(file, 'log'), { clock: new StillClock() })
    await expect(opening).rejects.toThrow(LogUnavailableError)
    await expect(opening).rejects.toThrow(join(file, 'log'))
    await expect(opening).rejects.toThrow(/not a directory/i)
  })

  it('refuses a folder of a newer format', async () => {
    await (await opened()).close()
    const store = open({ path: dir, noSubdir: false, overlappingSync: false })
    const entries = store.openDB('entries', { encoding: 'json', useVersions: true })
    await entries.put(['format'], { format: 2 }, 1)
    await store.close()
    await expect(opened()).rejects.toThrow(/format 2.*format 1/)
  })

  it('reports a damaged batch by its place, and reads the others', async () => {
    const log = await opened()
    await log.createTopics([spec])
    for (const value of ['a', 'b', 'c']) await log.append('in', [record(value)])
    const store = open({ path: dir, noSubdir: false, overlappingSync: false })
    const batches = store.openDB<Buffer, Buffer>('batches', { encoding: 'binary', keyEncoding: 'binary' })
    const key = batchKey(1, 0, 1)
    const batch = Buffer.from(batches.get(key)!)
    batch[batch.length - 2]! ^= 1
    await batches.put(key, batch)
    await store.close()

    await expect(readAll(log, 'in')).rejects.toThrow(/batch at offset 1 of in partition 0 is damaged/)
    await expect(readAll(log, 'in')).rejects.toThrow(LogUnavailableError)
    expect(await values(log, 'in', 0, 2)).toEqual(['c'])
    await log.close()
  })

  it('splits a large append into batches that are read from anywhere', async () => {
    const log = await opened()
    await log.createTopics([spec])
    const large = Array.from({ length: 2500 }, (_, i) => record(`${i}`.padEnd(1000)))
    await log.append('in', large)
    for (const from of [0, 1, 261, 262, 999, 1000, 2499]) {
      const [first] = (await log.read('in', 0, from).next()).value!.records
      expect(first).toMatchObject({ offset: from })
      expect(Buffer.from(first!.value!).toString().trim()).toBe(`${from}`)
    }
    expect(await values(log, 'in')).toHaveLength(2500)
    await log.close()
  })

  it('bounds what one read holds in memory by bytes as well as by records', async () => {
    const log = await opened()
    await log.createTopics([spec])
    for (let i = 0; i < 20; i++) await log.append('in', [record('', { value: new Uint8Array(1024 * 1024) })])
    let held: Ownership | undefined
    log.ownerships('in', 'g').subscribe((one) => {
      held = one
    })
    // 8 MiB, and the record that passes it.
    expect((await held!.next(0)).records.length).toBeLessThanOrEqual(9)
    expect(await readAll(log, 'in')).toHaveLength(20)
    await log.close()
  })

  it('opened twice in one process is one log: readers hear of each other, a group has one owner', async () => {
    const [one, two] = await Promise.all([1, 2].map(() => openEmbeddedLog(dir, { clock: systemClock })))
    await one!.createTopics([spec])
    const waiting = two!.read('in', 0, 0).next()
    await one!.append('in', [record('a')])
    expect((await waiting).value!.records).toHaveLength(1)
    const subscription = one!.ownerships('in', 'g').subscribe()
    await expect(firstValueFrom(two!.ownerships('in', 'g'))).rejects.toThrow(GroupTakenError)
    subscription.unsubscribe()
    await firstValueFrom(two!.ownerships('in', 'g'))
    await Promise.all([one!.close(), two!.close()])
  })

  it('keeps both writers whole when two instances append at once', async () => {
    const [one, two] = await Promise.all([opened(), opened()])
    await one!.createTopics([spec])
    await Promise.all(
      [one, two].flatMap((log, l) =>
        Array.from({ length: 100 }, (_, i) => log!.append('in', [record(`${l} ${i}`), record(`${l} ${i}`)])),
      ),
    )
    const all = await values(one!, 'in')
    expect(all).toHaveLength(400)
    for (const l of [0, 1]) {
      const own = all.filter((value) => value!.startsWith(`${l} `))
      expect(own).toEqual(Array.from({ length: 100 }, (_, i) => [`${l} ${i}`, `${l} ${i}`]).flat())
    }
    await Promise.all([one!.close(), two!.close()])
  })
})
