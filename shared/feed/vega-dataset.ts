import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { FeedUnreachableError } from './feed-errors.js'

/** Path of a data file of the `vega-datasets` package, wherever it is installed. */
export function vegaDataset(file: string): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('vega-datasets')), '..', 'data', file)
  } catch (cause) {
    throw new FeedUnreachableError('The package vega-datasets is not installed: run `npm ci` first.', {
      cause,
    })
  }
}
