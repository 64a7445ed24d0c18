import { basename, extname } from 'node:path'
import type { FeedSettings } from '#shared/configuration/configuration'
import type { FeedOptions } from '#shared/feed/feed-options'
import type { FeedSpec } from '#shared/feed/open-feed'

/** Flags that say how to read a file, named as Commander names them. */
export interface ReadingFlags {
  readonly layout?: FeedOptions['layout']
  readonly time?: string
  readonly timeUnit?: FeedOptions['timeUnit']
  readonly series?: string
  readonly value?: string
  readonly covariates?: string
  readonly cadence?: string
  readonly start?: string
  readonly dayFirst?: boolean
  readonly delimiter?: string
  readonly encoding?: FeedOptions['encoding']
}

/** The `feed` section of a configuration, from flags. */
export function feedSection(source: string, flags: ReadingFlags): Record<string, unknown> {
  const { layout, time, timeUnit, series, value, cadence, start, dayFirst, delimiter, encoding } = flags
  const section = {
    source,
    layout,
    time,
    timeUnit,
    series,
    value,
    cadence,
    start,
    dayFirst,
    delimiter,
    encoding,
  }
  return Object.fromEntries(Object.entries(section).filter(([, setting]) => setting !== undefined))
}

/** The flags that read a file as a `feed` section does, as words of a command line: not quoted, and without covariates, which are a pipeline's. */
export function flagsOfFeed({ source: _, speed: __, covariates: ___, ...reading }: FeedSettings): string[] {
  return Object.entries(reading).flatMap(([name, setting]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    if (setting === undefined || setting === false) return []
    if (setting === true) return [flag]
    return [flag, setting === '\t' ? 'tab' : String(setting)]
  })
}

/** What the feed reader is asked to open. */
export function feedSpec({ source, speed: _, ...options }: FeedSettings): FeedSpec {
  return source.startsWith('demo:') ? source : { file: source, ...options }
}

/** `data/My meters.csv` → `My-meters`, `demo:flights` → `flights`. */
export function pipelineNameOf(source: string): string {
  if (source.startsWith('demo:')) return source.slice(5)
  const file = basename(source)
  const name = file.slice(0, file.length - extname(file).length).replace(/[^A-Za-z0-9_-]+/g, '-')
  return name.replace(/^[-_]+|-+$/g, '').slice(0, 80) || 'feed'
}
