import { readFileSync } from 'node:fs'
import { type Document, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import { ConfigurationError, type ConfigurationFault } from './configuration-error.js'
import type { Environment } from './environment.js'
import { interpolateEnvironment } from './interpolate-environment.js'

/** A configuration file as plain data, with its places. */
export interface ConfigurationFile {
  readonly content: unknown
  readonly faults: readonly ConfigurationFault[]
  /** `file:line:column` of what stands at a path, or of the nearest part around it. */
  locate(path: readonly PropertyKey[]): string
  /** `file:line:column` of a key in the map at a path. */
  locateKey(path: readonly PropertyKey[], key: string): string
}

/** @throws ConfigurationError when the file cannot be read */
export function readConfigurationFile(file: string, env: Environment): ConfigurationFile {
  let source: string
  try {
    source = readFileSync(file, 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(code)
    throw new ConfigurationError([{ where: file, message: `cannot be read: ${why}` }])
  }
  return parseConfigurationText(source, file, env)
}

/** Files are copied and committed; what stands here comes from the environment. */
const SECRET = ['log', 'sasl', 'password']

/** @param name what stands before line and column in messages */
export function parseConfigurationText(source: string, name: string, env: Environment): ConfigurationFile {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${name}:${line}:${col}`
  }
  // After a first error of syntax the parser is out of step, and what it reports then helps nobody.
  const syntax = document.errors.find((error) => error.code !== 'DUPLICATE_KEY')
  const reported = document.errors.filter((error) => error.code === 'DUPLICATE_KEY' || error === syntax)
  const faults: ConfigurationFault[] = reported.map((error) => ({
    where: at(error.pos[0]),
    message: error.message,
  }))
  const password = document.getIn(SECRET, true)
  if (isScalar(password) && !String(password.value).includes('${')) {
    const message = `\`${SECRET.join('.')}\` is a secret: leave it out and set FORETIDE_KAFKA_PASSWORD, or name a variable as \${…}`
    faults.push({ where: at(password.range?.[0] ?? 0), message })
  }
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value !== 'string' || !node.value.includes('${')) return
      const { text, missing } = interpolateEnvironment(node.value, env)
      node.value = text
      for (const variable of missing) {
        const message = `environment variable ${variable} is not set; set it, or write \${${variable}:-default}`
        faults.push({ where: at(node.range?.[0] ?? 0), message })
      }
    },
  })
  return {
    content: faults.length > 0 ? undefined : plainContent(document, name, faults),
    faults,
    locate: (path) => at(offsetOf(document, path)),
    locateKey: (path, key) => {
      const map = path.length === 0 ? document.contents : document.getIn(path, true)
      const pair = isMap(map) ? map.items.find((item) => isScalar(item.key) && item.key.value === key) : null
      return at(pair && isScalar(pair.key) ? (pair.key.range?.[0] ?? 0) : offsetOf(document, path))
    },
  }
}

function plainContent(document: Document, name: string, faults: ConfigurationFault[]): unknown {
  try {
    return document.toJS() ?? {}
  } catch (cause) {
    // Unresolved or excessive aliases show only here, and without a place.
    faults.push({ where: name, message: (cause as Error).message })
    return undefined
  }
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true) as
      | { range?: [number, number, number] }
      | undefined
    if (node?.range) return node.range[0]
  }
  return 0
}
