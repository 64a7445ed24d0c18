import type { Clock } from '#shared/clock/clock'

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

/** What the running platform tells its operator: one short clause and its facts. */
export interface StructuredLog {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export interface StructuredLogOptions {
  readonly clock: Clock
  readonly write: (line: string) => void
  /** One JSON object a line, for machines; otherwise lines for people. */
  readonly json: boolean
  readonly colour: boolean
}

type Level = keyof StructuredLog

/** SGR codes; the level is always also said in a word. */
const COLOUR: Readonly<Record<Level, string>> = { info: '36', warn: '33', error: '31' }

/** A log that writes whole lines, in the order of the calls. */
export function createStructuredLog({ clock, write, json, colour }: StructuredLogOptions): StructuredLog {
  const paint = (code: string, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  const log = (level: Level) => (message: string, fields?: LogFields) => {
    const time = new Date(clock.now()).toISOString()
    if (json) return write(`${JSON.stringify({ time, level, message, ...fields })}\n`)
    const facts = Object.entries(fields ?? {})
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => ` ${paint('2', `${name}=`)}${showValue(value)}`)
    const word = level === 'info' ? '' : `${paint(COLOUR[level], level)} `
    write(`${paint('2', time.slice(11, 19))} ${word}${printable(message)}${facts.join('')}\n`)
  }
  return { info: log('info'), warn: log('warn'), error: log('error') }
}

/** Series ids and broker messages are other people's text: no control character of theirs reaches the terminal. */
export function printable(text: string): string {
  const escaped = (character: string) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  return text.replace(/\p{Cc}/gu, escaped)
}

function showValue(value: string | number | boolean | null | undefined): string {
  const text = printable(String(value))
  return typeof value === 'string' && (/[\s"=]/.test(text) || text === '') ? JSON.stringify(text) : text
}
