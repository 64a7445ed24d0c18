import { randomUUID } from 'node:crypto'
import {
  readTrainingRecord,
  type TrainingMessage,
  type TrainingProgressMessage,
  trainingRequestRecord,
} from '#shared/contracts/training-records'
import type { Offset } from '#shared/log/port'
import type { CommandContext } from '../command-context.js'
import { formatCount, formatSeconds, formatValue } from '../terminal/figures.js'
import { ProgressMeter } from '../terminal/progress-meter.js'
import { StatusLine } from '../terminal/status-line.js'
import { UsageError } from '../usage-error.js'
import { atWeightsDesk, type DecidingFlags, type WeightsDesk } from './weights-desk.js'

export interface WeightsTrainFlags extends DecidingFlags {
  readonly detach?: boolean
}

/** A trainer that runs takes a request up within a second, unless it is in the middle of a session. */
const PATIENCE_MS = 15_000

/**
 * Ask the pipeline's trainer for a session now, and wait for what comes of it.
 * @returns 1 when nothing came of it that is better than what serves
 */
export async function runWeightsTrainCommand(
  flags: WeightsTrainFlags,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context
  return atWeightsDesk(flags, context, async (desk) => {
    const { pipeline, settings } = desk
    if (!settings.learn) {
      throw new UsageError(`${pipeline} does not learn: its configuration says learn.enabled: false`)
    }
    const id = randomUUID()
    const { end } = await desk.log.bounds(desk.topic, 0)
    const time = new Date(desk.timeMs).toISOString()
    await desk.append([
      trainingRequestRecord({ schema: 'foretide.training-request/1', id, time, ...desk.hand }),
    ])
    if (flags.detach) {
      const report = { pipeline, request: id, result: null }
      const told = `${pipeline}: asked for a training; \`foretide weights ls\` shows what comes of it`
      terminal.out.write(`${flags.json ? JSON.stringify(report) : told}\n`)
      return 0
    }
    const answer = await awaitAnswer(desk, id, end, context)
    if (answer === null) {
      terminal.err.write(
        'stopped waiting; the request stands, and the trainer answers it in the weights topic\n',
      )
      return 0
    }
    const { result, version, heldBack } = answer
    const report = { pipeline, request: id, result, version, heldBack, time: answer.time }
    terminal.out.write(`${flags.json ? JSON.stringify(report) : describe(pipeline, answer)}\n`)
    return result === 'challenger' || result === 'promoted' ? 0 : 1
  })
}

/** null when the command is stopped before. */
async function awaitAnswer(
  { log, topic, pipeline }: WeightsDesk,
  id: string,
  from: Offset,
  { terminal, clock, stop }: CommandContext,
): Promise<TrainingMessage | null> {
  const status = new StatusLine(terminal.err)
  const say = (line: string) => status.write(`${line}\n`)
  const meter = new ProgressMeter(status, clock, (_, { done, total, secondsLeft }) =>
    say(
      `${formatCount(done)} of ${formatCount(total)} steps${secondsLeft === null ? '' : `, ${formatSeconds(secondsLeft)} left`}`,
    ),
  )
  const over = new AbortController()
  const stopped = AbortSignal.any([stop, over.signal])
  let taken = false
  void clock.sleep(PATIENCE_MS, stopped).then(() => {
    if (!taken && !stopped.aborted) {
      say(
        `no trainer of ${pipeline} has taken it up yet; is one running? The request stands if you stop waiting.`,
      )
    }
  })
  status.show(`${pipeline}: waiting for the trainer`)
  // A request that comes after this one is answered in its place.
  const asked = new Set([id])
  let first: { readonly step: number; readonly atMs: number } | null = null
  let last = 0
  try {
    for await (const { records } of log.read(topic, 0, from, undefined, stopped)) {
      for (const { value } of records) {
        const message = readTrainingRecord(value)
        if (message?.schema === 'foretide.training-request/1') asked.add(message.id)
        if (message?.schema === 'foretide.training-progress/1' && asked.has(message.request)) {
          taken = true
          // A trainer that was started again begins the session anew.
          if (first === null || message.step < last) first = { step: message.step, atMs: clock.now() }
          last = message.step
          meter.update(pipeline, progressOf(message, first, clock.now()))
        }
        if (message?.schema === 'foretide.training/1' && asked.has(message.request ?? '')) return message
      }
    }
    return null
  } finally {
    over.abort()
    meter.finish(pipeline)
    status.clear()
  }
}

function progressOf(
  { step, steps }: TrainingProgressMessage,
  first: { readonly step: number; readonly atMs: number },
  nowMs: number,
) {
  const perSecond = (step - first.step) / Math.max(0.001, (nowMs - first.atMs) / 1000)
  return {
    done: step,
    total: steps,
    perSecond,
    secondsLeft: perSecond > 0 ? (steps - step) / perSecond : null,
  }
}

function describe(pipeline: string, { result, version, heldBack }: TrainingMessage): string {
  const losses = heldBack
    ? `: loss on held-back data ${formatValue(heldBack.loss)}, of the serving version ${formatValue(heldBack.servingLoss)}, of "no change" ${formatValue(heldBack.naiveLoss)}`
    : ''
  switch (result) {
    case 'challenger':
      return `${pipeline}: version ${version} challenges the serving one${losses}`
    case 'promoted':
      return `${pipeline}: version ${version} serves, the first that was trained${losses}`
    case 'rejected':
      return `${pipeline}: trained, and no better than what serves${losses}`
    case 'failed':
      return `${pipeline}: the training diverged; what serves stays`
    case 'none':
      return `${pipeline}: there is not enough to learn from yet`
  }
}
