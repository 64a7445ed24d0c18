import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { ForetideError } from '#shared/errors/foretide-error'

/** No broker could be started, or what the bench started broke off. */
export class KafkaBenchFailedError extends ForetideError {
  readonly code = 'KAFKA_BENCH_FAILED'
  override readonly exitCode = 3
}

export interface BenchBroker {
  readonly brokers: readonly string[]
  readonly version: string
  stop(): Promise<void>
}

/** The checkout that this file runs from: sources and build lie at different depths. */
export function checkout(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}

/** Apache Kafka on this machine, by the code of `npm run kafka`. It ends with this process, however that ends. */
export async function startBenchBroker(): Promise<BenchBroker> {
  const child = spawn(process.execPath, [join(checkout(), 'bin/kafka/serve-kafka.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    ended.then(() => '{"missing":"Kafka did not start."}'),
  ])
  const started = JSON.parse(line) as {
    readonly brokers?: string[]
    readonly version?: string
    readonly missing?: string
  }
  if (started.brokers === undefined) {
    throw new KafkaBenchFailedError(`${started.missing} Or name running brokers with --brokers.`)
  }
  return {
    brokers: started.brokers,
    version: started.version ?? '',
    stop: async () => {
      child.stdin.end()
      await ended
    },
  }
}
