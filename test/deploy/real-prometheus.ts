import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { parse, stringify } from 'yaml'

const deployed = fileURLToPath(new URL('../../deploy/prometheus/', import.meta.url))

export interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

export interface RealPrometheus {
  query(expr: string): Promise<Sample[]>
  labelValues(label: string): Promise<string[]>
  stop(): Promise<void>
}

/** Prometheus with the deployed configuration and rules, scraping `target` each second, without a token. */
export async function startPrometheus(
  program: string,
  folder: string,
  target: string,
): Promise<RealPrometheus> {
  const config = parse(readFileSync(`${deployed}prometheus.yml`, 'utf8')) as {
    global: object
    rule_files: string[]
    scrape_configs: Record<string, unknown>[]
  }
  const { authorization: _, file_sd_configs: __, ...scrape } = config.scrape_configs[0]!
  const file = join(folder, 'prometheus.yml')
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    file,
    stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: config.rule_files.map((pattern) => `${deployed}${pattern}`),
      scrape_configs: [{ ...scrape, static_configs: [{ targets: [target] }] }],
    }),
  )
  const child = spawn(
    program,
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'tsdb')}`,
      '--web.listen-address=127.0.0.1:0',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const said = await lineWith(child, child.stderr, /msg="Listening on" address=(\S+)/)
  const ask = async (path: string): Promise<unknown> => {
    const answer = await fetch(`http://${said[1]}/api/v1/${path}`)
    const body = (await answer.json()) as { status: string; error?: string; data: unknown }
    if (body.status !== 'success') throw new Error(`Prometheus refuses ${path}: ${body.error}`)
    return body.data
  }
  return {
    query: async (expr) =>
      ((await ask(`query?query=${encodeURIComponent(expr)}`)) as { result: Sample[] }).result,
    labelValues: async (label) => (await ask(`label/${label}/values`)) as string[],
    stop: () => stopChild(child),
  }
}

/** The first line that matches. @throws when the program ends before */
export async function lineWith(
  child: ChildProcess,
  stream: Readable,
  pattern: RegExp,
): Promise<RegExpMatchArray> {
  const heard: string[] = []
  const lines = createInterface({ input: stream })
  const found = await new Promise<RegExpMatchArray>((resolve, reject) => {
    child.once('error', reject)
    lines.on('line', (line) => {
      heard.push(line)
      const match = line.match(pattern)
      if (match) resolve(match)
    })
    lines.once('close', () => reject(new Error(`ended without ${pattern}:\n${heard.join('\n')}`)))
  })
  lines.removeAllListeners('line')
  lines.resume()
  return found
}

export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}
