import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findKernel, KernelMissingError } from '#shared/recurrent/kernel/kernel-module'

describe('the search for the compiled kernel', () => {
  let root: string
  const moduleIn = (folder: string) => pathToFileURL(join(root, folder, 'kernel-module.js')).href
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'foretide-kernel-'))
    mkdirSync(join(root, 'dist/shared/recurrent/kernel'), { recursive: true })
  })
  afterEach(() => rmSync(root, { recursive: true }))

  it('finds it from the build and from the sources', () => {
    const path = join(root, 'dist/shared/recurrent/kernel/kernel.wasm')
    writeFileSync(path, '')
    expect(findKernel(moduleIn('dist/shared/recurrent/kernel'))).toBe(path)
    expect(findKernel(moduleIn('shared/recurrent/kernel'))).toBe(path)
  })

  it('says what to run when there is none', () => {
    expect(() => findKernel(moduleIn('shared/recurrent/kernel'))).toThrow(KernelMissingError)
    expect(() => findKernel(moduleIn('shared/recurrent/kernel'))).toThrow(/npm run build/)
  })
})
