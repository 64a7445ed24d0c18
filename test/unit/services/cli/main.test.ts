import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const script = fileURLToPath(new URL('../../../../bin/foretide.mjs', import.meta.url))
/** A device on which every write fails, as on a disk without room. */
const FULL = '/dev/full'

describe('the command line', () => {
  it.skipIf(!existsSync(FULL))(
    'says that its output was lost, and does not end as if it had found something',
    () => {
      const full = openSync(FULL, 'w')
      const { status, stderr } = spawnSync(process.execPath, [script, '--version'], {
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      })
      closeSync(full)
      expect([status, stderr]).toEqual([
        3,
        expect.stringMatching(/^foretide: what was found cannot be written: ENOSPC/m),
      ])
    },
  )
})
