import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { assemblePipeline, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import { WeightsLibrary } from '#shared/pipeline/weights-library'
import { writeWeightsFile } from '#shared/recurrent/exchange/weights-file'
import { shapeOf } from '#shared/recurrent/net-shape'
import { runCommand } from '../unit/services/cli/command-line.js'
import { brokers, haveKafka, openKafkaLog, uniqueName } from './open-kafka-log.js'

describe.skipIf(!haveKafka)('foretide weights, on Kafka', () => {
  const folder = mkdtempSync(join(tmpdir(), 'foretide-weights-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'foretide.yaml')
  writeFileSync(
    file,
    JSON.stringify({
      ...{ topicPrefix: uniqueName('pre'), log: { kind: 'kafka', brokers } },
      pipelines: {
        p: {
          ...{ cadence: '1h', horizon: 3, season: 4, model: { hidden: 4 } },
          input: { topic: uniqueName('input'), partitions: 2 },
        },
      },
    }),
  )
  const weights = (...argv: string[]) => runCommand(['weights', ...argv, '--config', file])

  it('reaches a forecaster that follows the topic in another client', async () => {
    expect((await runCommand(['topics', 'apply', '--config', file])).code).toBe(0)
    const settings = loadConfiguration({ file, flags: {}, env: {} }).pipelines[0]!.resolve(3_600_000)
    const untrained = pipelineUntrainedWeights(settings)
    const net = join(folder, 'net.safetensors')
    const shape = shapeOf(untrained.manifest)
    writeFileSync(net, writeWeightsFile({ shape, values: untrained.values }, 'pytorch'))

    const { line, wire } = assemblePipeline(settings)
    const library = new WeightsLibrary(line.engine, wire, untrained, {
      refused: (_, error) => {
        throw error
      },
    })
    const log = openKafkaLog()
    const stop = new AbortController()
    const following = library.follow(log, settings.topics.weights, stop.signal)
    const obeyed = () =>
      expect.poll(() => library.influences.map(({ kind, version }) => `${kind} ${version}`), {
        timeout: 30_000,
      })

    const imported = await weights('import', net, '--pin', '--json')
    expect(imported).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(imported.out)).toMatchObject({ version: 1, serving: 1, pinned: 1 })
    await obeyed().toEqual(['challenge 1', 'pin 1'])

    expect((await weights('rollback')).err).toContain('version 1 of p is pinned')
    expect((await weights('unpin')).code).toBe(0)
    expect(JSON.parse((await weights('rollback', '--json')).out)).toMatchObject({ version: 0, before: 1 })
    await obeyed().toEqual(['challenge 1', 'pin 1', 'promote 0'])
    stop.abort()
    await following
    await log.close()
  })
})
