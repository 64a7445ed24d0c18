import { setFlagsFromString } from 'node:v8'

/**
 * Have V8 allocate every object among the young ones.
 *
 * By itself it remembers of each place in the code whether the objects made there lived long, and if so makes all later ones old at once
 * ("allocation site pretenuring"), which it never takes back. While a backlog is worked off, whole batches live through a collection. Afterwards
 * every sample, forecast and score was born old; each kept what it refers to until the next full collection, and one of those came every four
 * seconds, with forecasts 100 to 200 ms late (docs/kafka-speed.md).
 */
export function keepObjectsYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring')
}
