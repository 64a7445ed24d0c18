import { loadConfiguration } from '#shared/configuration/load-configuration'
import type { TopicChange } from '#shared/log/kafka/topic-admin'
import { countOf } from '#shared/words/count-of'
import type { CommandContext } from '../command-context.js'
import { UsageError } from '../usage-error.js'
import { planTopics } from './plan-topics.js'

export interface TopicsFlags {
  readonly config?: string
  readonly json?: boolean
}

/** @returns 1 when a topic cannot be had by changing it; nothing is changed then */
export async function runTopicsCommand(
  action: 'plan' | 'apply',
  flags: TopicsFlags,
  { terminal, env }: CommandContext,
): Promise<number> {
  const { log, pipelines } = loadConfiguration({ file: flags.config ?? env.FORETIDE_CONFIG, flags: {}, env })
  if (log.kind !== 'kafka') {
    throw new UsageError('the log is not Kafka, so its topics come by themselves; set log.kind to kafka')
  }
  const { admin, changes } = await planTopics(log, pipelines)
  const conflicts = changes.filter(({ kind }) => kind === 'conflict')
  const applied = action === 'apply' && conflicts.length === 0
  if (applied) await admin.apply(changes)
  if (flags.json) terminal.out.write(`${JSON.stringify({ applied, changes })}\n`)
  else
    terminal.out.write(`${describeChanges(changes, log.replicas).join('\n')}\n${summary(changes, applied)}\n`)
  return conflicts.length > 0 ? 1 : 0
}

/**
 * A line for each topic and setting; what several topics are in conflict by is told once.
 * @param replicas of new topics; left out: as the cluster does it
 */
export function describeChanges(changes: readonly TopicChange[], replicas?: number): string[] {
  const conflicts = changes.filter((change) => change.kind === 'conflict')
  const differences = new Set(conflicts.map(({ difference }) => difference))
  return [
    ...changes.flatMap((change) => (change.kind === 'conflict' ? [] : describeChange(change, replicas))),
    ...[...differences].flatMap((difference) => {
      const [first, ...others] = conflicts.filter((one) => one.difference === difference)
      if (others.length === 0) return [`! ${first!.reason}`]
      const names = [first!, ...others].map(({ topic }) => `    ${topic}`)
      return [`! ${names.length} topics have ${difference}:`, ...names]
    }),
  ]
}

function describeChange(
  change: Exclude<TopicChange, { readonly kind: 'conflict' }>,
  replicas: number | undefined,
): string[] {
  switch (change.kind) {
    case 'keep':
      return [`  ${change.topic}`]
    case 'create': {
      const { topic, partitions, settings } = change.to
      const lines = Object.entries(settings).map(([name, value]) => `    ${name}: ${value}`)
      const copies = replicas === undefined ? '' : `, ${countOf(replicas, 'replica')}`
      return [`+ ${topic}, ${countOf(partitions, 'partition')}${copies}`, ...lines]
    }
    case 'alter': {
      const lines = change.settings.map(({ name, from, to }) => `    ${name}: ${from} → ${to}`)
      return [`~ ${change.topic}`, ...lines]
    }
  }
}

function summary(changes: readonly TopicChange[], applied: boolean): string {
  const count = (kind: TopicChange['kind']) => changes.filter((change) => change.kind === kind).length
  const [create, alter, conflict] = [count('create'), count('alter'), count('conflict')]
  if (conflict > 0) return `Nothing was changed: ${conflict} in conflict.`
  if (create + alter === 0) return 'Every topic is as it should be.'
  if (applied) return `${create} created, ${alter} altered.`
  return `${create} to create, ${alter} to alter; foretide topics apply does it.`
}
