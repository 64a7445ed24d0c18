// Runs one child and ends it when whoever started this process is gone: its end of our standard input closes then,
// however it died. Usage: node kafka-guard.mjs FOLDER-TO-REMOVE COMMAND ARGS…
import { spawn } from 'node:child_process'
import { openSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

const STOP_MS = 8_000
const [folder, command, ...args] = process.argv.slice(2)
const out = openSync(join(folder, 'kafka.log'), 'a')
const child = spawn(command, args, { stdio: ['ignore', out, out] })
let orphaned = false

child.once('exit', (code, signal) => {
  if (orphaned) removeFiles()
  process.exit(code ?? (signal === 'SIGTERM' ? 0 : 1))
})
child.once('error', () => process.exit(127))

/** The last node of a cluster takes the cluster's folder along. */
function removeFiles() {
  rmSync(folder, { recursive: true, force: true })
  try {
    rmdirSync(dirname(folder))
  } catch {
    // Another node still has files in it.
  }
}

function stop() {
  child.kill('SIGTERM')
  setTimeout(() => child.kill('SIGKILL'), STOP_MS).unref()
}

process.on('SIGTERM', stop)
// Ctrl-C reaches the whole group; the one that started us decides when we end.
process.on('SIGINT', () => undefined)
process.on('SIGHUP', () => undefined)
process.stdin.on('end', () => {
  orphaned = true
  child.kill('SIGKILL')
})
process.stdin.on('error', () => undefined)
process.stdin.resume()
console.log(child.pid)
