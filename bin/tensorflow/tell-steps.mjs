/** Seconds for people. */
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`

/** Bytes for people: 207208420 → `207 MB`. */
export const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`

function wantsColour(stream, env) {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0'
  return stream.isTTY === true && env.TERM !== 'dumb'
}

/**
 * Says what is done, step by step, one line when a step begins and one when it has ended.
 *
 * @param {NodeJS.WriteStream} stream
 * @param {NodeJS.ProcessEnv} env NO_COLOR and FORCE_COLOR count
 */
export function tellSteps(stream, env) {
  const colour = wantsColour(stream, env)
  const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  const tell = (line) => stream.write(`  ${line}\n`)
  return {
    say: (line) => stream.write(`tensorflow: ${line}\n`),
    good: (line) => stream.write(`tensorflow: ${paint(32, line)}\n`),
    bad: (line) => stream.write(`tensorflow: ${paint(31, line)}\n`),
    tell,
    /** @param {string} title @param {() => Promise<string>} work gives what came out */
    async step(title, work) {
      tell(`${paint(2, '·')} ${title}`)
      const begin = performance.now()
      const outcome = await work()
      tell(`${paint(32, '✓')} ${outcome} (${seconds(performance.now() - begin)})`)
    },
  }
}
