import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkLogFolder } from '#services/cli/doctor/check-log-folder'
import { checkPort } from '#services/cli/doctor/check-port'
import type { Finding } from '#services/cli/doctor/finding'
import { systemClock } from '#shared/clock/system-clock'
import { openEmbeddedLog } from '#shared/log/embedded/embedded-log'
import { findGroupOwners } from '#shared/log/embedded/find-owners'
import { runCommand } from '../command-line.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foretide-doctor-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const nobody = async () => []

async function listenAnywhere(): Promise<{ server: Server; port: number }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as { port: number }).port }
}

describe('the doctor on the log folder', () => {
  it('finds one that has yet to be made, and makes nothing', async () => {
    const dir = join(folder, 'a', 'b')
    const { finding, pids } = await checkLogFolder(dir, () => Promise.reject(new Error('asked in vain')))
    expect([finding.status, pids]).toEqual(['ok', []])
    expect(finding.details).toMatchObject({ dataDir: dir, exists: false })
  })

  it('refuses a file, and a folder below a file', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    expect((await checkLogFolder(file, nobody)).finding.status).toBe('fail')
    expect((await checkLogFolder(join(file, 'below'), nobody)).finding.status).toBe('fail')
  })

  it('fails on one that holds something else', async () => {
    writeFileSync(join(folder, 'data.mdb'), 'this is no database, however long it may be'.repeat(500))
    const { finding } = await checkLogFolder(folder, (dir) => findGroupOwners(dir, systemClock))
    expect(finding.status).toBe('fail')
  })

  it('names the process that works with it, until that lets go', async () => {
    const find = (dir: string) => findGroupOwners(dir, systemClock)
    const log = await openEmbeddedLog(folder, { clock: systemClock })
    await log.createTopics([{ topic: 'in', partitions: 1, cleanup: 'delete' }])
    const owned = new Promise<void>((resolve, reject) => {
      log.ownerships('in', 'line').subscribe({ next: () => resolve(), error: reject })
    })
    await owned
    const { finding, pids } = await checkLogFolder(folder, find)
    expect(pids).toEqual([process.pid])
    expect(finding.message).toContain(`process ${process.pid}`)
    expect(finding.details?.owners).toEqual([{ pid: process.pid, topic: 'in', group: 'line' }])
    await log.close()
    expect((await checkLogFolder(folder, find)).pids).toEqual([])
  })
})

describe('the doctor on the port', () => {
  it('finds one free, and one taken', async () => {
    const { server, port } = await listenAnywhere()
    expect((await checkPort('127.0.0.1', port, [])).status).toBe('fail')
    expect((await checkPort('127.0.0.1', port, [42])).message).toContain('process 42')
    await new Promise((resolve) => server.close(resolve))
    expect((await checkPort('127.0.0.1', port, [])).status).toBe('ok')
  })

  it('fails on an address of another machine', async () => {
    // 192.0.2.0/24 is for documentation only [RFC 5737].
    expect((await checkPort('192.0.2.1', 8080, [])).status).toBe('fail')
  })
})

describe('foretide doctor', () => {
  const freePort = async () => {
    const { server, port } = await listenAnywhere()
    await new Promise((resolve) => server.close(resolve))
    return String(port)
  }
  const statusOf = (findings: readonly Finding[]) =>
    Object.fromEntries(findings.map(({ check, status }) => [check, status]))

  it('writes one object with --json, and ends with 0 when everything works', async () => {
    const argv = ['doctor', '--json', '--data-dir', folder, '--port', await freePort()]
    const { code, out, err } = await runCommand(argv)
    expect([code, err]).toEqual([0, ''])
    expect(out.trim().split('\n')).toHaveLength(1)
    const { ok, findings } = JSON.parse(out)
    expect(ok).toBe(true)
    expect(Object.keys(statusOf(findings))).toEqual(
      ['node', 'machine', 'kernel', 'tensorflow', 'configuration', 'training'].concat(['log folder', 'port']),
    )
  })

  it('ends with 1 on a configuration with faults, and leaves out what needs one', async () => {
    const file = join(folder, 'bad.yaml')
    writeFileSync(file, 'pipelines:\n  m:\n    cadense: 1h\n')
    const { code, out } = await runCommand(['doctor', '--json', '--config', file])
    const { ok, findings } = JSON.parse(out)
    expect([code, ok]).toEqual([1, false])
    expect(statusOf(findings)).toMatchObject({ configuration: 'fail', kernel: 'ok' })
    expect(statusOf(findings)).not.toHaveProperty('port')
  })

  it('ends with 1 on a port in use, and says so to people', async () => {
    const { server, port } = await listenAnywhere()
    const { code, out } = await runCommand(['doctor', '--data-dir', folder, '--port', String(port)])
    await new Promise((resolve) => server.close(resolve))
    expect(code).toBe(1)
    expect(out).toMatch(new RegExp(`^fail {2}port +127.0.0.1:${port} is in use$`, 'm'))
  })
})
