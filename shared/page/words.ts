import { countOf } from '#shared/words/count-of'

/** Numbers, times and shares as people read them. Everything is told in UTC, as the records tell it. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const DAY_MS = 86_400_000
/** As cadences have it: a twelfth of 365.25 days. */
const MONTH_MS = 30.4375 * DAY_MS

const twoDigits = (number: number) => String(number).padStart(2, '0')

/**
 * A measured or forecast value, at three significant digits but never fewer than its whole part has; a whole number
 * has no decimals, so that counts read as counts.
 */
export function valueText(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size >= 1e9 || (size > 0 && size < 1e-3))
    return value.toExponential(2).replace('e+', 'e').replaceAll('-', '−')
  const whole = Number.isInteger(value)
  const decimals = whole || size >= 1000 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
  return value
    .toLocaleString('en', {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
      useGrouping: size >= 10_000,
    })
    .replace('-', '−')
}

/** With so many decimals whatever its size. */
export function fixedText(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  const text = value.toFixed(decimals)
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−')
}

export function countText(count: number): string {
  return count.toLocaleString('en', { maximumFractionDigits: 0 })
}

/** Events per second: a decimal while there are few. */
export function rateText(perSecond: number): string {
  return perSecond > 0 && perSecond < 10 ? perSecond.toFixed(1) : countText(perSecond)
}

export function shareText(share: number | null | undefined, decimals = 0): string {
  return share === null || share === undefined ? '–' : `${(share * 100).toFixed(decimals)} %`
}

export function dateText(timeMs: number): string {
  const date = new Date(timeMs)
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`
}

/** Day and time of day; without the time of day where samples are days or more apart. */
export function timeText(timeMs: number, cadenceMs: number): string {
  const date = new Date(timeMs)
  const day = `${DAYS[date.getUTCDay()]} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`
  if (cadenceMs >= DAY_MS) return `${day} ${date.getUTCFullYear()}`
  const fraction = cadenceMs < 1000 ? `.${String(date.getUTCMilliseconds()).padStart(3, '0')}` : ''
  const seconds = cadenceMs < 60_000 ? `:${twoDigits(date.getUTCSeconds())}${fraction}` : ''
  return `${day} ${date.getUTCFullYear()}, ${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}${seconds}`
}

/** A span such as `6 h` or `14 days`: the largest unit that it is two or more of, or exactly one of; of months and years, whole ones. */
export function spanText(ms: number): string {
  const months = ms / MONTH_MS
  if (months >= 1 && Number.isInteger(months)) {
    return months % 12 === 0 ? countOf(months / 12, 'year', 'years') : countOf(months, 'month', 'months')
  }
  const units: [number, string, string][] = [
    [DAY_MS, 'day', 'days'],
    [3_600_000, 'h', 'h'],
    [60_000, 'min', 'min'],
    [1000, 's', 's'],
  ]
  for (const [size, one, many] of units) {
    const count = ms / size
    if (count < 1 || (count < 2 && count !== 1)) continue
    const rounded = Math.round(count * 10) / 10
    return countOf(count >= 10 ? Math.round(count) : rounded, one, many)
  }
  return `${Math.round(ms)} ms`
}

/** `hour`, `15 min`: a cadence, after the word every. */
export function everyText(ms: number): string {
  return (
    { '1 h': 'hour', '1 min': 'minute', '1 s': 'second' }[spanText(ms)] ?? spanText(ms).replace(/^1 /, '')
  )
}

export interface Verdict {
  readonly text: string
  readonly kind: 'better' | 'worse' | 'level' | 'none'
}

/** A comparison in words, whole and in its two parts. */
export interface SkillVerdict extends Verdict {
  /** `23 % better`; the whole where there is nothing to compare. */
  readonly brief: string
  /** `than seasonal naive` */
  readonly against: string
}

/**
 * Skill against a naive forecast, in words: 0.23 is `23 % better than seasonal naive`.
 * @param naive what the forecast is compared with
 * @param none what to say where there is no skill
 */
export function skillVerdict(
  skill: number | null | undefined,
  { naive = 'seasonal naive', none = 'not scored yet' } = {},
): SkillVerdict {
  if (skill === null || skill === undefined) return { text: none, brief: none, against: '', kind: 'none' }
  const percent = Math.round(Math.abs(skill) * 100)
  const kind = percent === 0 ? 'level' : skill > 0 ? 'better' : 'worse'
  const brief = kind === 'level' ? kind : `${percent} % ${kind}`
  const against = `${kind === 'level' ? 'with' : 'than'} ${naive}`
  return { text: `${brief} ${against}`, brief, against, kind }
}
