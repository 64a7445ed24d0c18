import { SampleLine, type SampleLineOptions } from './sample-line.js'

/** What an engine and its weights must fit: the features of a pipeline's samples. */
export function lineFeatures(options: SampleLineOptions): {
  readonly features: number
  readonly featureLayout: string
} {
  const { features, featureLayout } = new SampleLine(options)
  return { features, featureLayout }
}
