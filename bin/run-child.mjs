import { spawn } from 'node:child_process'

const EXIT_CODE = { SIGINT: 130, SIGTERM: 143 }

/**
 * Run a command to its end. A signal that reaches us meanwhile is passed on, and ends us with it.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<{ code: number, output: string }>} `output` is what came on a piped stdout or stderr
 */
export function runChild(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, options)
    const chunks = []
    child.stdout?.on('data', (chunk) => chunks.push(chunk))
    child.stderr?.on('data', (chunk) => chunks.push(chunk))
    const passOn = (signal) => {
      child.kill(signal)
      process.exit(EXIT_CODE[signal])
    }
    process.on('SIGINT', passOn)
    process.on('SIGTERM', passOn)
    const settle = (then) => {
      process.off('SIGINT', passOn)
      process.off('SIGTERM', passOn)
      then()
    }
    child.on('error', (cause) => settle(() => reject(cause)))
    child.on('close', (code) =>
      settle(() => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') })),
    )
  })
}
