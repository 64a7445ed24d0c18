import type { Environment } from './environment.js'

/** A text with its `${NAME}` and `${NAME:-default}` filled in, and the names that have neither value nor default. */
export interface Interpolated {
  readonly text: string
  readonly missing: readonly string[]
}

/** Fill in environment variables; an empty one counts as unset, and `$${` stands for a plain `${`. */
export function interpolateEnvironment(text: string, env: Environment): Interpolated {
  const missing: string[] = []
  const filled = text.replace(
    /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?\}/g,
    (whole, name: string | undefined, hasDefault: string | undefined, fallback: string | undefined) => {
      if (name === undefined) return '${'
      const value = env[name]
      if (value !== undefined && value !== '') return value
      if (hasDefault !== undefined) return fallback ?? ''
      missing.push(name)
      return whole
    },
  )
  return { text: filled, missing }
}
