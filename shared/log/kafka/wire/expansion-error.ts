/** A batch expands to so much at most: a broker takes 1 KB that says 1 MB a thousand times over. */
export const EXPANDED_MAX = 64 * 1024 * 1024

/** A compressed batch that would expand beyond the limit. */
export class ExpansionError extends Error {
  constructor() {
    super(`a compressed batch would expand to more than ${EXPANDED_MAX / 1024 / 1024} MB`)
    this.name = 'ExpansionError'
  }
}
