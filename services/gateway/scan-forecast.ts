import { type ForecastMessage, forecastMessage } from '#shared/contracts/forecast'

/** The few numbers of a forecast message that the gateway keeps for every origin. */
export interface ForecastGlance {
  readonly timeMs: number
  readonly value: number
  readonly cadenceMs: number
  /** Median and 80 % band at lead 1. */
  readonly median: number
  readonly lower: number
  readonly upper: number
  readonly anomaly: boolean
  readonly weightsVersion: number
}

const MARK = {
  time: Buffer.from('"origin":{"time":"'),
  value: Buffer.from('"value":'),
  cadence: Buffer.from('"cadenceMs":'),
  levels: Buffer.from('"levels":['),
  quantiles: Buffer.from('"quantiles":[['),
  nextRow: Buffer.from('],['),
  anomaly: Buffer.from('"anomaly":{'),
  flagged: Buffer.from('"flag":true'),
  version: Buffer.from('"weights":{"version":'),
  coverage80: Buffer.from('"0.8":['),
  skill: Buffer.from('"skill":['),
}
const QUOTE = 0x22
const CLOSING_BRACKET = 0x5d
const CLOSING_BRACE = 0x7d

/**
 * Read what the gateway keeps of a forecast message without parsing all of it (about 4 µs instead of 13).
 * The marks cannot occur inside a JSON string, where every quote has a backslash before it. A message that is laid
 * out otherwise is parsed whole.
 * @returns null when the bytes are no forecast message
 */
export function scanForecast(bytes: Buffer): ForecastGlance | null {
  const timeAt = after(bytes, MARK.time, 0)
  if (timeAt < 0) return parseGlance(bytes)
  const timeMs = Date.parse(bytes.toString('latin1', timeAt, bytes.indexOf(QUOTE, timeAt)))
  const value = numberAt(bytes, after(bytes, MARK.value, timeAt))
  const cadenceMs = numberAt(bytes, after(bytes, MARK.cadence, timeAt))
  const levelsAt = after(bytes, MARK.levels, timeAt)
  const quantilesAt = after(bytes, MARK.quantiles, Math.max(levelsAt, 0))
  const anomalyAt = after(bytes, MARK.anomaly, Math.max(quantilesAt, 0))
  const versionAt = after(bytes, MARK.version, Math.max(quantilesAt, 0))
  if (levelsAt < 0 || quantilesAt < 0 || anomalyAt < 0 || versionAt < 0) return parseGlance(bytes)

  const rows = rowsOfBand(bytes.toString('latin1', levelsAt, bytes.indexOf(CLOSING_BRACKET, levelsAt)))
  const band = [Number.NaN, Number.NaN, Number.NaN]
  let rowAt = quantilesAt
  for (let row = 0; row <= rows.last && rowAt >= 0; row += 1) {
    const slot = rows.slots.indexOf(row)
    if (slot >= 0) band[slot] = numberAt(bytes, rowAt)
    rowAt = after(bytes, MARK.nextRow, rowAt)
  }
  const flaggedAt = bytes.indexOf(MARK.flagged, anomalyAt)
  const glance: ForecastGlance = {
    timeMs,
    value,
    cadenceMs,
    lower: band[0]!,
    median: band[1]!,
    upper: band[2]!,
    anomaly: flaggedAt >= 0 && flaggedAt < bytes.indexOf(CLOSING_BRACE, anomalyAt),
    weightsVersion: numberAt(bytes, versionAt),
  }
  return Number.isFinite(timeMs + value + cadenceMs + glance.median + glance.weightsVersion)
    ? glance
    : parseGlance(bytes)
}

/** Means over the scored leads of the skill and of the 80 % band's realised coverage; null before anything was scored. */
export function scanScores(bytes: Buffer): { skill: number | null; coverage80: number | null } {
  return { skill: meanOfList(bytes, MARK.skill), coverage80: meanOfList(bytes, MARK.coverage80) }
}

function meanOfList(bytes: Buffer, mark: Buffer): number | null {
  const at = after(bytes, mark, 0)
  if (at < 0) return null
  const numbers = bytes
    .toString('latin1', at, bytes.indexOf(CLOSING_BRACKET, at))
    .split(',')
    .filter((text) => text !== '' && text !== 'null')
    .map(Number)
  if (numbers.length === 0) return null
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length
  return Number.isFinite(mean) ? Number(mean.toPrecision(4)) : null
}

function parseGlance(bytes: Buffer): ForecastGlance | null {
  const message = parseForecast(bytes)
  if (message === null) return null
  const lead1 = (level: number) => message.quantiles[message.levels.indexOf(level)]?.[0] ?? Number.NaN
  return {
    timeMs: Date.parse(message.origin.time),
    value: message.origin.value,
    cadenceMs: message.cadenceMs,
    median: lead1(0.5),
    lower: lead1(0.1),
    upper: lead1(0.9),
    anomaly: message.anomaly.flag,
    weightsVersion: message.weights.version,
  }
}

/** @returns null when the bytes are no forecast message */
export function parseForecast(bytes: Buffer): ForecastMessage | null {
  try {
    const result = forecastMessage.safeParse(JSON.parse(bytes.toString('utf8')))
    return result.success ? result.data : null
  } catch {
    return null
  }
}

function after(bytes: Buffer, mark: Buffer, from: number): number {
  const at = bytes.indexOf(mark, from)
  return at < 0 ? -1 : at + mark.length
}

/** The JSON number that starts at `at`; NaN when `at` is negative or no number starts there. */
function numberAt(bytes: Buffer, at: number): number {
  if (at < 0) return Number.NaN
  let end = at
  // Digits, sign, point and exponent: everything else ends a JSON number.
  for (; end < bytes.length; end += 1) {
    const code = bytes[end]!
    const inside =
      (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e || code === 0x2b || code === 0x65
    if (!inside && code !== 0x45) break
  }
  return end === at ? Number.NaN : Number(bytes.toString('latin1', at, end))
}

interface BandRows {
  /** Row of the 0.1, 0.5 and 0.9 quantile; -1 where there is none. */
  readonly slots: readonly number[]
  readonly last: number
}

let knownLevels = { text: '', rows: { slots: [-1, -1, -1], last: -1 } as BandRows }

/** A pipeline's levels hardly ever change, so the last answer is kept. */
function rowsOfBand(levelsText: string): BandRows {
  if (levelsText !== knownLevels.text) {
    const levels = levelsText.split(',').map(Number)
    const slots = [0.1, 0.5, 0.9].map((level) => levels.indexOf(level))
    knownLevels = { text: levelsText, rows: { slots, last: Math.max(...slots) } }
  }
  return knownLevels.rows
}
