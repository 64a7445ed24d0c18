import { basename, resolve } from 'node:path'

/** Where the settings of one side of a comparison come from. */
export interface ConfigurationSource {
  /** undefined: the defaults. */
  readonly file: string | undefined
  readonly pipeline: string
}

/** What two configurations are called beside each other: by their files, as far as it takes to tell them apart, and by pipeline within one file. */
export function configurationNames(
  first: ConfigurationSource,
  second: ConfigurationSource,
): [string, string] {
  const [one, two] = [nameOf(first.file), nameOf(second.file)]
  if (first.file === undefined || second.file === undefined || one !== two) return [one, two]
  if (resolve(first.file) !== resolve(second.file)) return [first.file, second.file]
  if (first.pipeline === second.pipeline) return [one, 'the same']
  return [`${one} ${first.pipeline}`, `${two} ${second.pipeline}`]
}

function nameOf(file: string | undefined): string {
  return file === undefined ? 'defaults' : basename(file)
}
