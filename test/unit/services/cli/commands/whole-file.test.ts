import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readWholeFile, writeWholeFile } from '#services/cli/commands/whole-file'

let folder: string
const at = (...names: string[]) => join(folder, ...names)
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foretide-whole-'))
  await writeFile(at('file'), 'old')
  await mkdir(at('folder'))
})
afterEach(() => rm(folder, { recursive: true }))

test('a file is replaced whole, with nothing left beside it', async () => {
  await writeWholeFile(at('file'), Buffer.from('new'))
  expect(await readFile(at('file'), 'utf8')).toBe('new')
  expect(await readdir(folder)).toEqual(['file', 'folder'])
})

test('one that cannot be written says why, and leaves nothing behind', async () => {
  const write = (...names: string[]) => writeWholeFile(at(...names), Buffer.from('new'))
  const failed = (file: string, why: string) =>
    expect.objectContaining({ message: `${file} cannot be written: ${why}.`, exitCode: 3 })
  await expect(write('none', 'x')).rejects.toEqual(failed(at('none', 'x'), 'there is no such folder'))
  await expect(write('file', 'x')).rejects.toEqual(failed(at('file', 'x'), 'there is no such folder'))
  await expect(write('folder')).rejects.toEqual(failed(at('folder'), 'it is a folder'))
  expect(await readdir(folder)).toEqual(['file', 'folder'])
})

test('one that cannot be read says why, and one larger than any net is not read', async () => {
  await expect(readWholeFile(at('none'))).rejects.toThrow(
    `${at('none')} cannot be read: there is no such file.`,
  )
  await expect(readWholeFile(at('file', 'x'))).rejects.toThrow('there is no such file')
  await expect(readWholeFile(at('folder'))).rejects.toThrow('it is a folder')
  // Takes no room on the disk.
  await truncate(at('file'), 2 ** 29 + 1)
  await expect(readWholeFile(at('file'))).rejects.toThrow('has more than 512 MiB')
})
