import { readFileSync } from 'node:fs'
import { systemClock } from '#shared/clock/system-clock'
import type { MoverTask } from './contestant.js'
import { OutputTape } from './output-tape.js'

/** A process that moves bytes until it is killed. Argument: a `MoverTask` as JSON, and how many partitions the input has. */
const task = JSON.parse(process.argv[2] ?? '') as MoverTask
const tape = OutputTape.read(readFileSync(task.tape))
if (task.mover === 'adapter') await (await import('./run-adapter.js')).runAdapter(task, tape, systemClock)
else await (await import('./run-bare-kafkajs.js')).runBareKafkajs(task, tape, Number(process.argv[3]))
