import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeFolder } from '#shared/files/make-folder'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foretide-folder-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a folder', () => {
  it('is made with those that it lies in, and may be there already', () => {
    const path = join(folder, 'a', 'b', 'c')
    makeFolder(path)
    makeFolder(path)
    expect(statSync(path).isDirectory()).toBe(true)
  })

  it('below a file, or in place of a link to nothing, is refused', () => {
    writeFileSync(join(folder, 'file'), '')
    symlinkSync(join(folder, 'nothing'), join(folder, 'link'))
    expect(() => makeFolder(join(folder, 'file', 'a'))).toThrow('ENOTDIR')
    expect(() => makeFolder(join(folder, 'link'))).toThrow('EEXIST')
  })

  it.runIf(existsSync('/proc/self'))('that can never be made is refused', () => {
    expect(() => makeFolder('/proc/foretide')).toThrow('ENOENT')
    expect(() => makeFolder('/proc/foretide/data')).toThrow('ENOENT')
  })
})
