import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import type { Guarantee } from '#shared/log/port'
import { LifeReport } from './life-report.js'

const CHILD = fileURLToPath(new URL('./kafka-child.mjs', import.meta.url))

export interface WorkerPlace {
  readonly brokers: readonly string[]
  readonly prefix: string
  readonly sessionMs: number
  readonly guarantee?: Guarantee
  readonly settings: PipelineSettings
}

const living = new Set<KafkaWorker>()

/** End whatever is left of a failed test. */
export async function killAllWorkers(): Promise<void> {
  await Promise.all([...living].map((worker) => worker.kill()))
}

/** A forecaster's process on Kafka, and what it has told of itself. */
export class KafkaWorker {
  readonly report = new LifeReport()
  readonly ended: Promise<number | null>
  readonly #child: ChildProcess

  constructor(place: WorkerPlace) {
    this.#child = spawn(process.execPath, [CHILD, JSON.stringify(place)], {
      stdio: ['pipe', 'inherit', 'inherit', 'pipe'],
    })
    this.#child.stdin!.on('error', () => undefined)
    living.add(this)
    const pipe = this.#child.stdio[3] as NodeJS.ReadableStream
    pipe.setEncoding('utf8')
    pipe.on('data', (chunk: string) => this.report.take(chunk))
    // Not `exit`: what the process said last may still be in the pipe then.
    this.ended = new Promise((resolve) =>
      this.#child.once('close', (code) => {
        living.delete(this)
        resolve(code)
      }),
    )
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  freeze(): void {
    this.#child.kill('SIGSTOP')
  }

  wake(): void {
    this.#child.kill('SIGCONT')
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.ended
  }

  /** @returns the exit code */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM')
    return this.ended
  }
}
