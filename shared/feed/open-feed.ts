import { openFlights } from './demo-flights.js'
import { openWeather } from './demo-weather.js'
import type { Feed } from './feed.js'
import { FeedUnreadableError } from './feed-errors.js'
import type { FeedOptions } from './feed-options.js'
import { openFile } from './open-file.js'

/** A file and how to read it. */
export interface FileSpec extends FeedOptions {
  readonly file: string
}

/** `demo:flights`, `demo:weather`, the path of a file, or a file with options. */
export type FeedSpec = string | FileSpec

/**
 * Open a source of recorded data.
 * @param cacheDir where counts that take long are kept between starts
 * @throws FeedUnreachableError when it cannot be read; FeedUnreadableError when it cannot be understood
 */
export async function openFeed(
  spec: FeedSpec,
  { cacheDir }: { readonly cacheDir?: string } = {},
): Promise<Feed> {
  if (typeof spec !== 'string') return openFile(spec.file, spec)
  if (spec === 'demo:flights') return openFlights(cacheDir)
  if (spec === 'demo:weather') return openWeather()
  if (spec.startsWith('demo:')) {
    throw new FeedUnreadableError(`There is no ${spec}; the demos are demo:flights and demo:weather.`)
  }
  return openFile(spec, {})
}
