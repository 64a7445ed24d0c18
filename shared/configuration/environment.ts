/** Environment variables by name, as handed to whatever depends on them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The only place that reads the process's environment. */
export function readEnvironment(): Environment {
  return { ...process.env }
}
