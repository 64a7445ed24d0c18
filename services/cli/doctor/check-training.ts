import type { Configuration } from '#shared/configuration/configuration'
import type { Finding } from './finding.js'

/**
 * Which engine computes the gradients of each pipeline, and whether it is as fast as it could be.
 * @param tensorflow what `checkTensorflow` has found
 */
export function checkTraining({ pipelines }: Configuration, tensorflow: Finding): Finding {
  const check = 'training'
  const settings = pipelines.map((pipeline) => pipeline.resolve(pipeline.cadenceMs ?? 1))
  const engines = Object.fromEntries(
    settings.map(({ name, learn, learnEngine }) => [name, learn ? learnEngine : null]),
  )
  const used = [...new Set(Object.values(engines))]
  const details = { engines }
  const message = used.map((engine) => describeEngine(engine, engines, used.length === 1)).join('; ')
  if (!used.includes('tensorflow') || tensorflow.status === 'ok') {
    return { check, status: 'ok', message, details }
  }
  const absent = tensorflow.details?.backend === null
  const advice = `learn.engine: kernel needs no TensorFlow; or ${tensorflow.advice}`
  const how = absent ? 'TensorFlow, which does not load' : 'TensorFlow’s WebAssembly build, which is slow'
  return { check, status: absent ? 'fail' : 'warn', message: `${message}: on ${how}`, advice, details }
}

function describeEngine(
  engine: string | null,
  engines: Readonly<Record<string, string | null>>,
  alone: boolean,
): string {
  const names = Object.keys(engines).filter((name) => engines[name] === engine)
  if (engine === null)
    return `no training of ${alone ? 'any pipeline' : names.join(', ')} (learn.enabled: false)`
  const who = alone ? 'every pipeline' : names.join(', ')
  const why = engine === 'kernel' ? 'the kernel' : 'TensorFlow'
  return `${who} ${alone || names.length === 1 ? 'trains' : 'train'} on ${why} (learn.engine: ${engine}; foretide bench engine compares)`
}
