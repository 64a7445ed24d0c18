/** Rules of the house that an import graph does not show. Each looks at one file and names what it finds. */

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string
  readonly text: string
}

const LINES_MAX = 400
const BANNED_NAMES = [
  'utils',
  'util',
  'common',
  'helpers',
  'helper',
  'lib',
  'misc',
  'core',
  'types',
  'interfaces',
]

/** Folders where time is what records say, and chance comes from a seed. */
const TIMELESS = [
  ...['series', 'sequencing', 'encoding', 'recurrent', 'regression', 'experts', 'calibration', 'forecast'],
  ...['series-state', 'pipeline', 'learning', 'scoring', 'contracts', 'composition', 'feed'],
]

/** Comments and texts may name what code may not do. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
}

function checkSize({ text }: SourceFile): string[] {
  const lines = text.split('\n').length - 1
  return lines > LINES_MAX
    ? [`has ${lines} lines; ${LINES_MAX} are the most, so move a noun to a file of its own`]
    : []
}

function checkNames({ path }: SourceFile): string[] {
  const parts = path.split('/')
  const stem = parts.at(-1)!.split('.')[0]!
  const banned = [...parts.slice(0, -1), stem].filter((part) => BANNED_NAMES.includes(part))
  const faults = banned.map((part) => `\`${part}\` says nothing; name the one thing that it holds`)
  const kebab = parts.filter((part) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/.test(part))
  return [...faults, ...kebab.map((part) => `\`${part}\` is not kebab-case`)]
}

function checkEnvironment({ path, text }: SourceFile): string[] {
  if (path === 'shared/configuration/environment.ts') return []
  return /\bprocess\s*\.\s*env\b/.test(withoutComments(text))
    ? ['reads process.env; only shared/configuration/environment.ts does']
    : []
}

function checkTime({ path, text }: SourceFile): string[] {
  const code = withoutComments(text)
  const faults: string[] = []
  const inPage = /^(services[/]\w+[/]([\w-]+-)?page|shared[/]page)[/]/.test(path)
  if (!inPage && path !== 'shared/clock/system-clock.ts' && /\bDate\.now\b|\bnew Date\(\)/.test(code)) {
    faults.push('asks for the time of day; take a Clock')
  }
  if (!inPage && /\bMath\.random\b/.test(code)) faults.push('draws from Math.random; take a seed')
  const folder = /^shared\/([^/]+)\//.exec(path)?.[1] ?? ''
  if (TIMELESS.includes(folder) && /\b(setTimeout|setInterval|performance\.now)\b/.test(code)) {
    faults.push('uses a timer, in a folder where time is what records say')
  }
  return faults
}

/** A cast to a type through `unknown`, or an exported default, hides what the reader looks for. */
function checkExports({ path, text }: SourceFile): string[] {
  if (path.endsWith('.config.ts')) return []
  return /^export default\b/m.test(withoutComments(text)) ? ['has a default export; name what it gives'] : []
}

const RULES = [checkSize, checkNames, checkEnvironment, checkTime, checkExports]

/** @returns `path: fault`, one line per fault */
export function checkSource(file: SourceFile): string[] {
  return RULES.flatMap((rule) => rule(file)).map((fault) => `${file.path}: ${fault}`)
}
