import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What one contestant leaves behind is not to be cleared away while the next one is measured. */
export function collectGarbage(): void {
  collect()
}
