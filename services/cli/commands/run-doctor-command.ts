import { availableParallelism, freemem, totalmem } from 'node:os'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import { findGroupOwners } from '#shared/log/embedded/find-owners'
import { createKernelEngine } from '#shared/recurrent/kernel/kernel-engine'
import { loadTensorflow } from '#shared/recurrent/tensorflow/backend'
import type { CommandContext } from '../command-context.js'
import { checkCluster } from '../doctor/check-cluster.js'
import { checkConfiguration } from '../doctor/check-configuration.js'
import { checkKernel } from '../doctor/check-kernel.js'
import { checkLogFolder } from '../doctor/check-log-folder.js'
import { checkMachine } from '../doctor/check-machine.js'
import { checkNode } from '../doctor/check-node.js'
import { checkPort } from '../doctor/check-port.js'
import { checkTensorflow } from '../doctor/check-tensorflow.js'
import { checkTraining } from '../doctor/check-training.js'
import { describeFindings } from '../doctor/describe-findings.js'
import type { Finding } from '../doctor/finding.js'
import { packageVersion } from '../package-version.js'
import { planTopics } from './plan-topics.js'

export interface DoctorFlags {
  readonly config?: string
  readonly dataDir?: string
  readonly host?: string
  readonly port?: string
  readonly json?: boolean
}

/** @returns 1 when something will not work; what could be better is no finding */
export async function runDoctorCommand(flags: DoctorFlags, context: CommandContext): Promise<number> {
  const { terminal } = context
  const findings = await examine(flags, context)
  const ok = findings.every(({ status }) => status !== 'fail')
  if (flags.json) terminal.out.write(`${JSON.stringify({ ok, version: packageVersion(), findings })}\n`)
  else terminal.out.write(`${describeFindings(findings, terminal.colour).join('\n')}\n`)
  return ok ? 0 : 1
}

async function examine(flags: DoctorFlags, { env, clock }: CommandContext): Promise<Finding[]> {
  const { host, port, dataDir } = flags
  const file = flags.config ?? env.FORETIDE_CONFIG
  const { finding, configuration } = checkConfiguration(file ?? 'the demo’s own', () =>
    loadConfiguration({ file, flags: { host, port, dataDir }, env }),
  )
  const tensorflow = await checkTensorflow(loadTensorflow)
  const findings = [
    checkNode(process.versions.node),
    checkMachine(describeMachine()),
    checkKernel(createKernelEngine),
    tensorflow,
    finding,
  ]
  if (configuration === null) return findings
  const { log, http, pipelines } = configuration
  const { finding: place, pids } =
    log.kind === 'kafka'
      ? {
          finding: await checkCluster(log.brokers, async () => (await planTopics(log, pipelines)).changes),
          pids: [],
        }
      : await checkLogFolder(log.dataDir, (dir) => findGroupOwners(dir, clock))
  return [
    ...findings,
    checkTraining(configuration, tensorflow),
    place,
    await checkPort(http.host, http.port, pids),
  ]
}

/** A container's limits count, not what the machine around it has. */
function describeMachine() {
  // 0 where there is no such thing as a limit, and more than the machine has where none is set.
  const limit = process.constrainedMemory()
  const limited = limit !== undefined && limit > 0 && limit < totalmem()
  const memory = limited ? limit : totalmem()
  const free = limited ? Math.min(freemem(), Math.max(0, limit - process.memoryUsage.rss())) : freemem()
  return { cores: availableParallelism(), memory, free }
}
