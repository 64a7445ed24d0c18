import { describe, expect, it } from 'vitest'
import { WeightsRefusedError } from '#shared/recurrent/check-weights'
import type { ReadingHints } from '#shared/recurrent/exchange/exchanged-net'
import { readKeras, writeKeras } from '#shared/recurrent/exchange/keras-layout'
import type { NamedArray } from '#shared/recurrent/exchange/named-arrays'
import { readPytorch, writePytorch } from '#shared/recurrent/exchange/pytorch-layout'
import { writeSafetensors } from '#shared/recurrent/exchange/safetensors'
import { readWeightsFile } from '#shared/recurrent/exchange/weights-file'
import type { NetShape } from '#shared/recurrent/net-shape'
import { parameterCount } from '#shared/recurrent/tensors'

type Shapes = Record<string, readonly number[] | undefined>

function arraysOf(shapes: Shapes): NamedArray[] {
  return Object.entries(shapes).flatMap(([name, shape]) =>
    shape ? [{ name, shape, values: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5) }] : [],
  )
}

// Shapes as the documentation of torch.nn.GRU gives them, for F = 2, D = 3, H = 4.
const TORCH: Shapes = {
  'rnn.weight_ih_l0': [9, 2],
  'rnn.weight_hh_l0': [9, 3],
  'rnn.bias_ih_l0': [9],
  'rnn.bias_hh_l0': [9],
  'head.weight': [4, 3],
  'head.bias': [4],
}
// Shapes as keras.layers.GRU builds them.
const KERAS: Shapes = {
  'm/gru/gru_cell/kernel': [2, 9],
  'm/gru/gru_cell/recurrent_kernel': [3, 9],
  'm/gru/gru_cell/bias': [2, 9],
  'm/dense/kernel': [3, 4],
  'm/dense/bias': [4],
}
const GRU = { cell: 'gru', layers: 1, inputs: 2, hidden: 3, outputs: 4, headReadsInput: false }

function refuses(read: () => unknown, fault: RegExp): void {
  expect(read).toThrow(WeightsRefusedError)
  expect(read).toThrow(fault)
}

describe('readPytorch', () => {
  const read = (change: Shapes = {}, hints: ReadingHints = {}) =>
    readPytorch(arraysOf({ ...TORCH, ...change }), hints)

  it('infers the architecture from the shapes', () => {
    expect(read().shape).toMatchObject(GRU)
    expect(read({ 'skip.weight': [4, 2] }).shape).toMatchObject({ ...GRU, headReadsInput: true })
  })

  it.each<[string, Shapes, ReadingHints, RegExp]>([
    ['a missing matrix', { 'rnn.weight_hh_l0': undefined }, {}, /rnn\.weight_hh_l0 is missing/],
    ['a missing bias', { 'rnn.bias_hh_l0': undefined }, {}, /rnn\.bias_hh_l0 is missing/],
    ['a missing head', { 'head.weight': undefined }, {}, /linear read-out of the 3 hidden units is missing/],
    ['no recurrent module', { 'rnn.weight_ih_l0': undefined }, {}, /weight_ih_l0 is missing, there is rnn/],
    ['a bias that is too long', { 'rnn.bias_ih_l0': [10] }, {}, /rnn\.bias_ih_l0 is \[10\].* needs \[9\]/],
    ['a head of another size', { 'head.weight': [4, 5] }, {}, /head\.weight is \[4, 5\].* needs \[4, 3\]/],
    ['a head for the input of another size', { 'skip.weight': [4, 7] }, {}, /skip\.weight is \[4, 7\]/],
    ['two gates', { 'rnn.weight_hh_l0': [6, 3] }, {}, /2 times as many gate rows/],
    ['an array too much', { 'norm.running_mean': [3] }, {}, /no place for norm\.running_mean/],
    ['a bidirectional net', { 'rnn.weight_ih_l0_reverse': [9, 2] }, {}, /bidirectional/],
    ['projections', { 'rnn.weight_hr_l0': [2, 3] }, {}, /proj_size/],
    [
      'two recurrent modules',
      { 'b.weight_ih_l0': [9, 3] },
      {},
      /modules rnn and b, all layers must be in one/,
    ],
    ['two heads', { 'b.weight': [2, 3], 'b.bias': [2] }, {}, /head may be head or b/],
    ['a name that is not there', {}, { head: 'out' }, /no module out, but head/],
    ['a cell of other gates', {}, { cell: 'lstm' }, /gates of a cell like gru, not of lstm/],
    ['a second layer in part', { 'rnn.weight_ih_l1': [9, 3] }, {}, /rnn\.weight_hh_l1 is missing/],
    ['a second layer of another size', { 'rnn.weight_ih_l1': [9, 2] }, {}, /rnn\.weight_ih_l1 is \[9, 2\]/],
    ['an empty array', { 'rnn.weight_hh_l0': [0, 0] }, {}, /weight_hh_l0/],
  ])('refuses %s, and names it', (_, change, hints, fault) => {
    refuses(() => read(change, hints), fault)
  })

  it('refuses what is not finite, and says where', () => {
    const arrays = arraysOf(TORCH)
    arrays[1]!.values[4] = Number.NaN
    refuses(() => readPytorch(arrays), /rnn\.weight_hh_l0 holds NaN at 4/)
  })

  it('refuses a fourth layer', () => {
    const layers = [1, 2, 3].flatMap((l) => [
      [`rnn.weight_ih_l${l}`, [9, 3]],
      [`rnn.weight_hh_l${l}`, [9, 3]],
      [`rnn.bias_ih_l${l}`, [9]],
      [`rnn.bias_hh_l${l}`, [9]],
    ])
    refuses(() => read(Object.fromEntries(layers)), /layers is 4/)
  })

  it('finds a module by the last part of its path', () => {
    const inside = Object.fromEntries(Object.entries(TORCH).map(([name, shape]) => [`a.b.${name}`, shape]))
    expect(readPytorch(arraysOf(inside), { recurrent: ['rnn'], head: 'head' }).shape).toMatchObject(GRU)
  })

  it('refuses the tutorial’s pair where it cannot read [x, h]', () => {
    const pair = { 'i2h.weight': [3, 2], 'i2h.bias': [3], 'i2o.weight': [4, 2], 'i2o.bias': [4] }
    refuses(() => readPytorch(arraysOf(pair)), /more columns than rows/)
  })
})

describe('readKeras', () => {
  const read = (change: Shapes = {}, hints: ReadingHints = {}) =>
    readKeras(arraysOf({ ...KERAS, ...change }), hints)
  const lower = { 'm/a/kernel': [2, 9], 'm/a/recurrent_kernel': [3, 9], 'm/a/bias': [2, 9] }

  it('infers the architecture from the shapes, the convention of the reset gate from the bias', () => {
    expect(read().shape).toMatchObject(GRU)
    expect(read({ 'm/gru/gru_cell/bias': [9] }).shape.cell).toBe('gru-reset-before')
  })

  it('reads names as tf.keras wrote them', () => {
    const named = Object.fromEntries(Object.entries(KERAS).map(([name, shape]) => [`${name}:0`, shape]))
    expect(readKeras(arraysOf(named)).shape).toMatchObject(GRU)
  })

  it('orders layers by Keras’ own numbers, of which 10 comes after 9', () => {
    const stack = (layer: string, inputs: number): Shapes => ({
      [`${layer}/kernel`]: [inputs, 9],
      [`${layer}/recurrent_kernel`]: [3, 9],
      [`${layer}/bias`]: [2, 9],
    })
    const head = { 'd/kernel': [3, 4], 'd/bias': [4] }
    // In the order of text gru_10 comes first, whose kernel then does not fit layer 0's two inputs.
    const net = readKeras(arraysOf({ ...stack('gru_10', 3), ...stack('gru_9', 2), ...head }))
    expect(net.shape).toMatchObject({ ...GRU, layers: 2 })
  })

  it.each<[string, Shapes, ReadingHints, RegExp]>([
    ['a missing kernel', { 'm/gru/gru_cell/kernel': undefined }, {}, /no kernel beside it/],
    [
      'no recurrent layer',
      { 'm/gru/gru_cell/recurrent_kernel': undefined },
      {},
      /recurrent_kernel is missing/,
    ],
    ['a missing head', { 'm/dense/kernel': undefined }, {}, /linear read-out .* is missing/],
    [
      'a kernel of another size',
      { 'm/gru/gru_cell/kernel': [2, 12] },
      {},
      /kernel is \[2, 12\].* needs \[2, 9\]/,
    ],
    ['a bias of another size', { 'm/gru/gru_cell/bias': [2, 8] }, {}, /bias is \[2, 8\].* needs \[2, 9\]/],
    ['a PyTorch matrix under a Keras name', { 'm/dense/kernel': [4, 3] }, {}, /dense\/kernel is \[4, 3\]/],
    ['the wrong convention', {}, { cell: 'gru-reset-before' }, /gru's and not gru-reset-before's/],
    ['a GRU that says nothing', { 'm/gru/gru_cell/bias': undefined }, {}, /without bias, so name its cell/],
    ['layers without an order', lower, {}, /have no order, name them/],
    ['a dropout’s seed', { 'm/dropout/seed': [2] }, {}, /no place for m\/dropout\/seed/],
    [
      'a bidirectional net',
      { 'b/backward_gru/recurrent_kernel': [3, 9], 'b/backward_gru/kernel': [2, 9] },
      {},
      /bidirectional/,
    ],
  ])('refuses %s, and names it', (_, change, hints, fault) => {
    refuses(() => read(change, hints), fault)
  })

  it('takes layers in the order in which they are named', () => {
    const upper = { ...lower, 'm/gru/gru_cell/kernel': [3, 9] }
    expect(read(upper, { recurrent: ['a', 'gru'] }).shape).toMatchObject({ layers: 2, inputs: 2 })
    refuses(() => read(upper, { recurrent: ['a', 'gru', 'lstm'] }), /no module lstm/)
  })
})

describe('a net that a framework does not have', () => {
  const net = (change: Partial<NetShape>) => {
    const shape = { ...GRU, output: 'linear', ...change } as NetShape
    return { shape, values: new Float32Array(parameterCount(shape)) }
  }
  it.each<[string, () => unknown, RegExp]>([
    [
      'a sigmoid Elman net to PyTorch',
      () => writePytorch(net({ cell: 'elman-sigmoid' })),
      /tanh and relu alone/,
    ],
    [
      'the first GRU to PyTorch',
      () => writePytorch(net({ cell: 'gru-reset-before' })),
      /write it in Keras's/,
    ],
    ['two concatenation layers', () => writePytorch(net({ cell: 'concatenation', layers: 2 })), /one layer/],
    ['a concatenation net to Keras', () => writeKeras(net({ cell: 'concatenation' })), /before the step/],
    [
      'fewer names than layers',
      () => writeKeras(net({ layers: 2 }), { recurrent: ['a'] }),
      /1 layers are named/,
    ],
    ['several modules in PyTorch', () => writePytorch(net({}), { recurrent: ['a', 'b'] }), /name one/],
  ])('is refused: %s', (_, write, fault) => {
    refuses(write, fault)
  })
})

describe('readWeightsFile', () => {
  const manifest = { ...GRU, output: 'linear' }
  const ours = (text: string | undefined, shapes: Shapes = {}) =>
    writeSafetensors({
      arrays: arraysOf(shapes),
      metadata: text === undefined ? {} : { 'foretide.manifest': text },
    })

  it.each<[string, string | undefined, RegExp]>([
    ['no manifest', undefined, /no foretide\.manifest/],
    ['a manifest that is no JSON', '{', /not JSON/],
    ['a manifest that is null', 'null', /not an object/],
    ['an unknown cell', JSON.stringify({ ...manifest, cell: 'mgu' }), /the cell is mgu/],
    ['a size of text', JSON.stringify({ ...manifest, hidden: '3' }), /hidden is 3/],
    ['a head that says nothing', JSON.stringify({ ...manifest, headReadsInput: 1 }), /head reads the input/],
    ['sizes without arrays', JSON.stringify({ ...manifest, hidden: 60_000 }), /inputToGates is missing/],
  ])('refuses our layout with %s', (_, text, fault) => {
    refuses(() => readWeightsFile(ours(text), 'foretide'), fault)
  })

  it('asks whose layout it is where no name tells', () => {
    refuses(() => readWeightsFile(ours(undefined, { a: [1] })), /whose layout this is, there is a; say it/)
  })
})
