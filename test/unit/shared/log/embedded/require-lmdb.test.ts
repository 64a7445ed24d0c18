import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEmbeddedLog } from '#shared/log/embedded/embedded-log'
import { LogUnavailableError } from '#shared/log/errors'
import { StillClock } from './still-clock.js'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'foretide-lmdb-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function folderWith(bytes: Uint8Array): string {
  const dir = mkdtempSync(join(folder, 'log-'))
  writeFileSync(join(dir, 'data.mdb'), bytes)
  return dir
}

describe('a folder whose data file is no log', () => {
  // lmdb itself would end this process over them.
  it.each([
    ['text', Buffer.from('not a log, but long enough to have a header '.repeat(400))],
    ['zeros', new Uint8Array(64_000)],
    ['a few bytes', Uint8Array.of(1, 2, 3)],
  ])('is refused with a sentence: %s', async (_, bytes) => {
    const opening = (async () => openEmbeddedLog(folderWith(bytes), { clock: new StillClock() }))()
    await expect(opening).rejects.toThrow(LogUnavailableError)
    await expect(opening).rejects.toThrow(/data\.mdb is no log of Foretide, or is damaged; move it away/)
  })

  it('becomes a log when the file is empty', async () => {
    const log = await openEmbeddedLog(folderWith(new Uint8Array(0)), { clock: new StillClock() })
    await log.createTopics([{ topic: 't', partitions: 1, cleanup: 'delete' }])
    expect(await log.partitions('t')).toBe(1)
    await log.close()
  })
})
