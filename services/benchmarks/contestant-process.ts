import { performance } from 'node:perf_hooks'
import type { Contestant, ContestantName, ContestantReply, ContestantRequest } from './contestant.js'
import { WorkMeter } from './work-meter.js'

// A contestant of the engine bench, alone in a process: its threads, its memory and its compiler disturb no other. Started by
// `startContestant` with the contestant's name; answers one request after another, and ends with whoever asked.
const now = () => performance.now()
const reply = (message: ContestantReply) => void process.send?.(message)
process.once('disconnect', () => process.exit())
// A terminal sends Ctrl-C to both; who asked decides when this one ends.
process.on('SIGINT', () => {})

try {
  const contestant = await openContestant(process.argv[2] as ContestantName)
  let work: ReturnType<Contestant['prepare']> | undefined
  let meter: WorkMeter | undefined
  const answer = (request: ContestantRequest): ContestantReply => {
    if (request.ask === 'roofline') return { reply: 'measured', rate: contestant.roofline(request.ms) }
    if (request.ask === 'measure') return { reply: 'measured', rate: meter?.measure(request.ms) ?? null }
    work?.dispose()
    work = contestant.prepare(request.chosen)
    meter = new WorkMeter(work, now)
    meter.warmUp(request.warmUpMs)
    return { reply: 'prepared' }
  }
  process.on('message', (request: ContestantRequest) => {
    try {
      reply(answer(request))
    } catch (error) {
      reply({ reply: 'failed', reason: reasonOf(error) })
    }
  })
  reply({ reply: 'ready', backend: contestant.backend })
} catch (error) {
  reply({ reply: 'unavailable', reason: reasonOf(error) })
}

async function openContestant(name: ContestantName): Promise<Contestant> {
  if (name === 'kernel') return (await import('./kernel-contestant.js')).createKernelContestant(now)
  if (name === 'tfjs-node-plain') {
    return (await import('./plain-tensorflow-contestant.js')).createPlainTensorflowContestant()
  }
  const { createTensorflowContestant } = await import('./tensorflow-contestant.js')
  return createTensorflowContestant(name === 'tfjs-wasm' ? 'wasm' : 'tensorflow')
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!
}
