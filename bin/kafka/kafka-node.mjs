import { execFile, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { NoKafkaError } from './kafka-artefacts.mjs'

const GUARD = fileURLToPath(new URL('./kafka-guard.mjs', import.meta.url))
const START_MS_MAX = 240_000
/** A short life on a shared machine: little memory, few threads, no time spent on optimising. */
const SHORT_LIFE = ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
/** As brokers that stay: optimised while they run, and seldom collecting. */
const LONG_LIFE = ['-Xms1g', '-Xmx1g', '-Xmn512m', '-XX:+UseParallelGC']
const LOGGING = [
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
]

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Asks for the API versions, which a broker answers once it takes requests. */
function answers(port) {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' })
    const end = (answer) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(1_000, () => end(false))
    socket.on('error', () => end(false))
    socket.on('data', () => end(true))
    socket.on('close', () => end(false))
    // length 10, ApiVersions (18) version 0, correlation 1, no client id
    socket.on('connect', () => socket.write(Buffer.from('0000000a00120000000000' + '01ffff', 'hex')))
  })
}

function logTail(folder) {
  try {
    return readFileSync(join(folder, 'kafka.log'), 'utf8').split('\n').slice(-30).join('\n')
  } catch {
    return ''
  }
}

/** One Kafka broker as a process of its own, which may be stopped, killed, frozen and started again on its data. */
export class KafkaNode {
  /** @type {import('node:child_process').ChildProcess | null} */
  #guard = null
  #pid = 0

  /** @param {{ port: number, folder: string, jars: string, properties: Record<string, string | number>, longLived?: boolean }} options */
  constructor(options) {
    this.options = options
    mkdirSync(options.folder, { recursive: true })
    const lines = Object.entries(options.properties).map(([name, value]) => `${name}=${value}`)
    writeFileSync(join(options.folder, 'server.properties'), `${lines.join('\n')}\n`)
  }

  get address() {
    return `127.0.0.1:${this.options.port}`
  }

  #java(main, args, longLived = false) {
    const { jars, folder } = this.options
    return [
      ...(longLived ? LONG_LIFE : SHORT_LIFE),
      ...LOGGING,
      ...['-Djava.awt.headless=true', `-Djava.io.tmpdir=${folder}`, '-cp', join(jars, '*'), main],
      ...args,
    ]
  }

  /**
   * @param {string} clusterId
   * @param {readonly { mechanism: string, username: string, password: string }[]} scram
   */
  async format(clusterId, scram) {
    const config = join(this.options.folder, 'server.properties')
    const users = scram.flatMap(({ mechanism, username, password }) => [
      '--add-scram',
      `${mechanism}=[name=${username},password=${password}]`,
    ])
    const args = this.#java('kafka.tools.StorageTool', ['format', '-t', clusterId, '-c', config, ...users])
    try {
      await promisify(execFile)('java', args, { timeout: START_MS_MAX })
    } catch (error) {
      throw new NoKafkaError(`Kafka could not format its folder:\n${error.stdout}${error.stderr}`)
    }
  }

  /** Start, and resolve when it answers. */
  async start() {
    const { folder, port } = this.options
    const args = this.#java('kafka.Kafka', [join(folder, 'server.properties')], this.options.longLived)
    const guard = spawn(process.execPath, [GUARD, folder, 'java', ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    guard.stdin.on('error', () => undefined)
    this.#guard = guard
    let ended = false
    guard.once('exit', () => {
      ended = true
      if (this.#guard === guard) this.#guard = null
      this.#pid = 0
    })
    guard.stdout.once('data', (line) => {
      this.#pid = Number(line)
    })
    for (const from = Date.now(); !(await answers(port)); await sleep(100)) {
      if (ended || Date.now() - from > START_MS_MAX) {
        await this.stop('SIGKILL')
        throw new NoKafkaError(`Kafka did not start on port ${port}:\n${logTail(folder)}`)
      }
    }
  }

  /** @param {NodeJS.Signals} signal SIGTERM for a clean stop, SIGKILL for a crash */
  async stop(signal = 'SIGTERM') {
    const guard = this.#guard
    if (guard === null) return
    const ended = new Promise((resolve) => guard.once('exit', resolve))
    if (signal === 'SIGTERM' || this.#pid === 0) guard.kill('SIGTERM')
    else process.kill(this.#pid, signal)
    await ended
  }
}
