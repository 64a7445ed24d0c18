/**
 * A process of its own that uses an embedded log, for the tests. Runs from the build.
 * Arguments: folder, role. Speaks in lines: out what it did, in what to do next.
 */
import { createInterface } from 'node:readline'
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '#shared/clock/system-clock'
import { openEmbeddedLog } from '#shared/log/embedded/embedded-log'

const [dir, role] = workerData ?? process.argv.slice(2)
const say = (line) => (parentPort ? parentPort.postMessage(line) : process.stdout.write(`${line}\n`))
const record = (value, partition = 0) => ({
  partition,
  key: null,
  value: Buffer.from(value),
  headers: [],
  timestamp: 1,
})
const log = await openEmbeddedLog(dir, { clock: systemClock })

const own = () =>
  new Promise((resolve, reject) => log.ownerships('in', 'g').subscribe({ next: resolve, error: reject }))

const roles = {
  /** Commits for ever; each commit writes its number to two topics and moves the position to it. */
  async commit() {
    const held = await own()
    for (let n = (held.committed ?? 0) + 1; ; n++) {
      const filler = 'x'.repeat(5000)
      const writes = ['out', 'other'].map((topic) => ({
        topic,
        records: [record(`${n}`), record(filler), record(`${n}`)],
      }))
      await held.commit(writes, n)
      say(`${n}`)
    }
  },
  /** Owns the group, and commits when told to. */
  async own() {
    const held = await own().catch((error) => {
      say(error.code)
    })
    if (!held) return log.close()
    held.lost$.subscribe(() => say('lost'))
    say('owned')
    for await (const line of createInterface({ input: process.stdin })) {
      await held.commit([{ topic: 'out', records: [record(line)] }], 1).then(
        () => say('committed'),
        (error) => say(error.code),
      )
    }
    await log.close()
  },
  /** Appends 300 records, 3 at a time. */
  async append() {
    const me = parentPort ? 'thread' : `process ${process.pid}`
    for (let n = 0; n < 100; n++)
      await log.append(
        'in',
        [0, 1, 2].map((i) => record(`${me} ${3 * n + i}`)),
      )
    await log.close()
    say('done')
  },
  /** Owns a group and appends until the disk is full, then says how that looked, what is readable, and whether it can be closed. */
  async fill() {
    let appended = 0
    log.ownerships('in', 'filling').subscribe({ error: (error) => say(error.code) })
    try {
      for (; appended < 1000; appended++) await log.append('in', [record('y'.repeat(100_000))])
    } catch (error) {
      say(error.code)
    }
    const { end } = await log.bounds('in', 0)
    say(end === appended ? 'whole' : `half: ${end} of ${appended}`)
    await log.append('in', [record('more')]).catch((error) => say(error.code))
    await log.close()
    say('closed')
  },
}
await roles[role]()
