import { hostname, userInfo } from 'node:os'

/** Who gives a command, such as `ada@control-room`. */
export function operator(): string {
  let user = 'somebody'
  try {
    user = userInfo().username
  } catch {
    // A container may run under a number that has no name.
  }
  return `${user}@${hostname()}`
}
