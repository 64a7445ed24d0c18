import type { Finding } from './finding.js'

/** As in package.json's `engines`. */
const OLDEST = [20, 19] as const

/** @param version of Node, such as `22.3.0` */
export function checkNode(version: string): Finding {
  const check = 'node'
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const details = { version }
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) {
    return { check, status: 'ok', message: `Node ${version}`, details }
  }
  return {
    ...{ check, status: 'fail', message: `Node ${version} is too old`, details },
    advice: 'install Node 20.19 or newer',
  }
}
