import type { Log, Topic } from '#shared/log/port'
import { UsageError } from '../usage-error.js'

/**
 * A topic of a pipeline is there from its first run on.
 * @throws UsageError where there is none
 */
export async function requireTopic(
  log: Pick<Log, 'partitions'>,
  { pipeline, topic }: { readonly pipeline: string; readonly topic: Topic },
): Promise<void> {
  if ((await log.partitions(topic)) > 0) return
  throw new UsageError(`the log has nothing of ${pipeline} yet; \`foretide up\` makes its topics`)
}
