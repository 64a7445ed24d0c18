import { ForetideError } from '#shared/errors/foretide-error'
import type { TopicChange } from '#shared/log/kafka/topic-admin'
import { countOf } from '#shared/words/count-of'
import type { Finding } from './finding.js'

/**
 * Whether the brokers answer, and have the topics as they are wanted. Creates nothing.
 * @param plan what `foretide topics apply` would do
 */
export async function checkCluster(
  brokers: readonly string[],
  plan: () => Promise<readonly TopicChange[]>,
): Promise<Finding> {
  const check = 'kafka'
  const at = brokers.join(', ')
  let changes: readonly TopicChange[]
  try {
    changes = await plan()
  } catch (error) {
    if (!(error instanceof ForetideError)) throw error
    const advice = 'compare `log` in the configuration with what the cluster offers (docs/guides/kafka.md)'
    return { check, status: 'fail', message: error.message, advice, details: { brokers } }
  }
  const count = (kind: TopicChange['kind']) => changes.filter((change) => change.kind === kind).length
  const topics = { keep: count('keep'), create: count('create'), alter: count('alter') }
  const details = { brokers, topics: { ...topics, conflict: count('conflict') } }
  const conflict = changes.find((change) => change.kind === 'conflict')
  if (conflict?.kind === 'conflict') {
    const advice = 'foretide topics plan says what is in conflict'
    return { check, status: 'fail', message: conflict.reason, advice, details }
  }
  const { create, alter } = topics
  const told = [
    ...(create > 0 ? [`${countOf(create, 'topic')} to create`] : []),
    ...(alter > 0 ? [`${countOf(alter, 'topic')} to alter`] : []),
  ]
  if (told.length === 0) return { check, status: 'ok', message: `${at}, with every topic`, details }
  const advice =
    'foretide topics plan shows it, foretide topics apply does it; a start creates what is missing'
  return { check, status: 'warn', message: `${at}, with ${told.join(' and ')}`, advice, details }
}
