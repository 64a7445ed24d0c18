/** What V8 writes with `--cpu-prof`, as far as it is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string }
    readonly children?: readonly number[]
  }[]
  /** Ids of the nodes that ran, and the microseconds until each was looked at. */
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

export interface StageShare {
  readonly stage: string
  /** Of what is counted. */
  readonly share: number
}

/** What is counted as a stage: from the innermost frame outwards, the first that a rule knows. */
interface StageRule {
  readonly stage: string
  readonly name: RegExp
  readonly file: RegExp
}

const rule = (stage: string, name: RegExp, file: RegExp): StageRule => ({ stage, name, file })
const PIPELINE = /\/shared\/pipeline\//
const GARBAGE = 'collect garbage'
const REST = 'the rest'

const RULES: readonly StageRule[] = [
  rule('decode', /./, /\/shared\/contracts\/(sensor-event|iso-time|json-depth)/),
  rule('order and align', /^sequence$/, PIPELINE),
  rule('match outcomes: judge, score, learn', /^matchOutcomes$/, PIPELINE),
  rule('regress: rows and least squares', /^(regress|regressWave|regressLogarithms|readSlotOut)$/, PIPELINE),
  rule('encode', /^encodeWave$/, PIPELINE),
  rule('step the net', /^stepWave$/, PIPELINE),
  rule('mix the experts', /^mixExperts$/, PIPELINE),
  rule('bands and quantiles', /^(halfWidths|spread)$/, /\/shared\/(calibration|forecast)\//),
  rule('remember and assemble', /^issueForecasts$/, PIPELINE),
  rule('score the backtest', /^take$/, /\/shared\/scoring\/backtest-scorer/),
  rule('append, read and commit', /^(append|step|take|commit)$/, /memory-log|partition-run/),
  rule(REST, /^take$/, /\/services\/backtester\/backtest-run/),
]

/**
 * Where a backtest's time goes, largest first: shares of the samples taken between a chunk's records and its scores, and of the
 * garbage collector's. What was inlined counts where it was inlined into.
 */
export function sharesOfStages({ nodes, samples, timeDeltas }: CpuProfile): readonly StageShare[] {
  const stages = stagesOf(nodes)
  const sums = new Map<string, number>()
  let total = 0
  samples.forEach((id, i) => {
    const stage = stages.get(id)
    if (stage === undefined || stage === null) return
    sums.set(stage, (sums.get(stage) ?? 0) + timeDeltas[i]!)
    total += timeDeltas[i]!
  })
  return [...sums].map(([stage, sum]) => ({ stage, share: sum / total })).sort((a, b) => b.share - a.share)
}

/** Stage of each node; null of what is outside. */
function stagesOf(nodes: CpuProfile['nodes']): ReadonlyMap<number, string | null> {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  return new Map(
    nodes.map(({ id, callFrame }) => {
      if (callFrame.functionName === '(garbage collector)') return [id, GARBAGE]
      for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
        const { functionName, url } = byId.get(at)!.callFrame
        const found = RULES.find(({ name, file }) => name.test(functionName) && file.test(url))
        if (found) return [id, found.stage]
      }
      return [id, null]
    }),
  )
}
