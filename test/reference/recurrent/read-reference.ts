import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { NetShape } from '#shared/recurrent/net-shape'
import { tensorsOf } from '#shared/recurrent/tensors'
import { type RandomChunk, randomChunk, randomValues } from './random-nets.js'

const FORMAT = 'foretide.recurrent-reference/1'

/** What PyTorch gives in float64 for one net and one chunk of T = 50 steps and B = 5 rows of different lengths. */
export interface ReferenceCase {
  /** `gru, 2 layers` */
  readonly name: string
  readonly shape: NetShape
  readonly values: Float32Array
  readonly chunk: RandomChunk
  /** [T, B, H] */
  readonly outputs: readonly number[]
  /** [B, S] */
  readonly state: readonly number[]
  /** Σ of the chunk's output gradient times the outputs */
  readonly loss: number
  /** [P] */
  readonly gradient: readonly number[]
  /** By steps done, [B, S] each: ∂loss/∂(state after them) */
  readonly stateGradients: ReadonlyMap<number, readonly number[]>
}

interface StoredReference {
  readonly format: string
  readonly steps: number
  readonly lengths: readonly number[]
  readonly cases: readonly {
    readonly shape: NetShape
    readonly seed: number
    readonly checksums: Readonly<Record<'values' | 'inputs' | 'state' | 'lossWeights', string>>
    readonly outputs: readonly number[]
    readonly state: readonly number[]
    readonly loss: number
    readonly gradient: Readonly<Record<string, readonly number[]>>
    readonly stateGradients: Readonly<Record<string, readonly number[]>>
  }[]
}

/** All cases of `make_reference.py`. @throws Error when the numbers drawn here are not those that PyTorch was given */
export function readReference(): readonly ReferenceCase[] {
  const stored = JSON.parse(
    readFileSync(new URL('recurrent-reference.json', import.meta.url), 'utf8'),
  ) as StoredReference
  if (stored.format !== FORMAT) throw new Error(`recurrent-reference.json is not ${FORMAT}.`)
  return stored.cases.map((read) => {
    const { shape, seed, checksums } = read
    const name = `${shape.cell}, ${shape.layers} ${shape.layers === 1 ? 'layer' : 'layers'}`
    const size = { lanes: stored.lengths.length, steps: stored.steps, lengths: stored.lengths }
    const values = randomValues(shape, seed)
    const chunk = randomChunk(shape, size, seed)
    const drawn = { values, inputs: chunk.inputs, state: chunk.state, lossWeights: chunk.outputGradient }
    for (const [what, numbers] of Object.entries(drawn)) {
      if (checksumOf(numbers) !== checksums[what as keyof typeof checksums]) {
        throw new Error(`${name}: the ${what} drawn here are not those of make_reference.py.`)
      }
    }
    return {
      name,
      shape,
      values,
      chunk,
      outputs: read.outputs,
      state: read.state,
      loss: read.loss,
      gradient: tensorsOf(shape).flatMap((tensor) => read.gradient[tensor.name]!),
      stateGradients: new Map(Object.entries(read.stateGradients).map(([t, list]) => [Number(t), list])),
    }
  })
}

function checksumOf(numbers: Float32Array): string {
  const bytes = new DataView(new ArrayBuffer(4 * numbers.length))
  numbers.forEach((value, i) => {
    bytes.setFloat32(4 * i, value, true)
  })
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16)
}
