/**
 * Base of every error that Foretide raises on purpose.
 *
 * Faults in data are values, not exceptions (see `sequencing`); these are for what a caller or an operator got
 * wrong, and for the world failing. `exitCode` is what the command line ends with: 1 finding, 2 usage, 3 cannot reach.
 */
export abstract class ForetideError extends Error {
  abstract readonly code: string
  readonly exitCode: 1 | 2 | 3 = 1
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = new.target.name
  }
}
