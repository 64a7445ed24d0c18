import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { firstValueFrom } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { type EmbeddedLog, openEmbeddedLog } from '#shared/log/embedded/embedded-log'
import { GroupTakenError } from '#shared/log/errors'
import { readAll, record, values } from './log-contract.js'

// The child is JavaScript and imports the build, so that it needs nothing but Node; `npm test` builds first.
const CHILD = fileURLToPath(new URL('./embedded-log-child.mjs', import.meta.url))
const TOPICS = ['in', 'out', 'other'].map((topic) => ({ topic, partitions: 1, cleanup: 'delete' as const }))

/** A child process and the lines that it says, in order. */
interface Child {
  readonly process: ChildProcess
  line(): Promise<string | undefined>
  rest(): Promise<string[]>
}

describe('an embedded log that several processes and threads open', () => {
  let dir: string
  let log: EmbeddedLog
  const children: ChildProcess[] = []
  const logs: EmbeddedLog[] = []

  const open = async (takeOver = false): Promise<EmbeddedLog> => {
    const opened = await openEmbeddedLog(dir, { clock: systemClock, takeOver })
    logs.push(opened)
    return opened
  }

  const start = (role: string, command = process.execPath, args = [CHILD, dir, role]): Child => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    children.push(child)
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
    return {
      process: child,
      line: async () => (await lines.next()).value,
      rest: async () => {
        const rest: string[] = []
        for (let next = await lines.next(); !next.done; next = await lines.next()) rest.push(next.value)
        return rest
      },
    }
  }

  const killed = async (child: Child): Promise<void> => {
    const exited = once(child.process, 'exit')
    child.process.kill('SIGKILL')
    await exited
  }

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'foretide-log-'))
    log = await open()
    await log.createTopics(TOPICS)
  })

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    for (const one of logs.splice(0)) await one.close()
    await rm(dir, { recursive: true })
  })

  it('holds everything that a killed process was told is committed, and nothing half', async () => {
    let acknowledged = 0
    for (const commits of [1, 20, 60]) {
      const child = start('commit')
      for (let i = 0; i < commits; i++) acknowledged = Number(await child.line())
      await killed(child)
      acknowledged = Number((await child.rest()).pop() ?? acknowledged)

      const started = performance.now()
      const held = await firstValueFrom(log.ownerships('in', 'g'))
      expect(performance.now() - started).toBeLessThan(1000)
      const position = held.committed!
      // The one in flight may have been flushed without the child's having heard of it.
      expect([acknowledged, acknowledged + 1]).toContain(position)
      const expected = Array.from({ length: position }, (_, i) => [`${i + 1}`, `${i + 1}`]).flat()
      for (const topic of ['out', 'other']) {
        const numbers = (await values(log, topic)).filter((value) => value!.length < 5000)
        expect(numbers).toEqual(expected)
      }
    }
  })

  it('refuses a group that a living process owns, and names the process', async () => {
    const child = start('own')
    expect(await child.line()).toBe('owned')
    const owning = firstValueFrom(log.ownerships('in', 'g'))
    await expect(owning).rejects.toThrow(GroupTakenError)
    await expect(owning).rejects.toThrow(`process ${child.process.pid}`)
    // And the other way round: it ends in order, we own it, and a second child is refused.
    child.process.stdin!.end()
    await once(child.process, 'exit')
    const owned = log.ownerships('in', 'g').subscribe()
    expect(await start('own').line()).toBe('GROUP_TAKEN')
    owned.unsubscribe()
  })

  it('refuses the group of a stopped process too, and fences that process when its group is taken by force', async () => {
    const child = start('own')
    expect(await child.line()).toBe('owned')
    child.process.stdin!.write('first\n')
    expect(await child.line()).toBe('committed')
    child.process.kill('SIGSTOP')
    await expect(firstValueFrom(log.ownerships('in', 'g'))).rejects.toThrow(GroupTakenError)

    const forced = await open(true)
    let owner: import('#shared/log/port').Ownership | undefined
    const subscription = forced.ownerships('in', 'g').subscribe((held) => {
      owner = held
    })
    expect(owner!.committed).toBe(1)
    child.process.stdin!.write('zombie\n')
    child.process.kill('SIGCONT')
    expect([await child.line(), await child.line()].sort()).toEqual(['FENCED', 'lost'])
    await owner!.commit([{ topic: 'out', records: [record('owner')] }], 2)
    expect(await values(log, 'out')).toEqual(['first', 'owner'])
    subscription.unsubscribe()
  })

  it('gives every record one place when processes and threads append at once, and tells all readers', async () => {
    const following: (string | undefined)[] = []
    const stop = new AbortController()
    const follower = (async () => {
      for await (const batch of log.read('in', 0, 0, 900, stop.signal)) {
        following.push(...batch.records.map(({ value }) => Buffer.from(value!).toString()))
      }
    })()
    const worker = new Worker(CHILD, { workerData: [dir, 'append'] })
    const said = once(worker, 'message')
    const processes = [start('append'), start('append')]
    await Promise.all([follower, said, ...processes.map((child) => child.line())])
    await worker.terminate()

    const records = await readAll(log, 'in')
    expect(records.map(({ offset }) => offset)).toEqual(Array.from({ length: 900 }, (_, i) => i))
    expect(following).toEqual(records.map(({ value }) => Buffer.from(value!).toString()))
    const writers = ['thread', ...processes.map((child) => `process ${child.process.pid}`)]
    for (const writer of writers) {
      const own = following.filter((value) => value!.startsWith(`${writer} `))
      expect(own).toEqual(Array.from({ length: 300 }, (_, i) => `${writer} ${i}`))
    }
  })

  it('is told to those who write when the disk is full, and stays whole', async () => {
    // A limit on the size of files stands for a full disk: LMDB's write fails just so. 20,000 blocks of 512 or 1024 bytes.
    const script = `trap '' XFSZ; ulimit -f 20000; exec "$0" "$@"`
    const child = start('fill', 'sh', ['-c', script, process.execPath, CHILD, dir, 'fill'])
    expect(await child.rest()).toEqual(['LOG_UNAVAILABLE', 'whole', 'LOG_UNAVAILABLE', 'closed'])
    const { end } = await log.bounds('in', 0)
    expect(end).toBeGreaterThan(50)
    expect(await readAll(log, 'in')).toHaveLength(end)
    await log.append('in', [record('there is room again')])
    expect((await log.bounds('in', 0)).end).toBe(end + 1)
  })
})
