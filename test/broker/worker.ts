import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const FORETIDE = fileURLToPath(new URL('../../bin/foretide.mjs', import.meta.url))

export interface WorkerOptions {
  /** Kept when it ends; without one, a folder of its own that is not. */
  readonly dataDir?: string
  /** It trains, too. */
  readonly learns?: boolean
}

/** A process that runs one pipeline, by default without learning: `foretide up` as people start it. */
export class Worker {
  readonly #child: ChildProcess
  readonly ended: Promise<number | null>
  output = ''

  constructor(configuration: object, { dataDir, learns = false }: WorkerOptions = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'foretide-worker-'))
    const file = join(folder, 'foretide.yaml')
    // JSON is YAML.
    writeFileSync(file, JSON.stringify(configuration))
    const args = [
      FORETIDE,
      'up',
      '--config',
      file,
      '--data-dir',
      dataDir ?? folder,
      '--port',
      '0',
      ...(learns ? [] : ['--no-learn']),
      '--json',
    ]
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text
      })
    }
    this.ended = new Promise((resolve) =>
      this.#child.once('exit', (code) => {
        rmSync(folder, { recursive: true, force: true })
        resolve(code)
      }),
    )
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.ended
  }

  /** @returns the exit code */
  async stop(): Promise<number | null> {
    this.signal('SIGINT')
    return this.ended
  }
}
