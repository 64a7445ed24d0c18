import type { Clock } from '#shared/clock/clock'
import type { Environment } from '#shared/configuration/environment'
import type { Terminal } from './terminal/terminal.js'

/** What every command is handed. */
export interface CommandContext {
  readonly terminal: Terminal
  readonly env: Environment
  readonly clock: Clock
  /** Aborts when the command should come to its end: Ctrl-C, or a service manager's SIGTERM. */
  readonly stop: AbortSignal
}
