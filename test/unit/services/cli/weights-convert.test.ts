import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exchangeFile } from '../../../reference/exchange/exchange-reference.js'
import { runCommand } from './command-line.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foretide-weights-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A net that PyTorch or Keras wrote, see test/reference/exchange. */
function fileOf(name: string): string {
  const file = join(folder, `${name}.safetensors`)
  writeFileSync(file, exchangeFile(name))
  return file
}

const convert = (...argv: string[]) => runCommand(['weights', 'convert', ...argv])

describe('foretide weights convert', () => {
  it('converts through every layout and back to the bytes of before', async () => {
    const [ours, keras, again, torch] = ['a', 'b', 'c', 'd'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
      string,
    ]
    const source = fileOf('torch-gru')
    expect((await convert(source, ours)).code).toBe(0)
    expect((await convert(ours, keras, '--to', 'keras')).code).toBe(0)
    expect((await convert(keras, again)).code).toBe(0)
    expect(readFileSync(again)).toEqual(readFileSync(ours))
    // PyTorch's own file holds the same numbers under names of its own choice.
    expect((await convert(again, torch, '--to', 'pytorch')).code).toBe(0)
    expect((await convert(torch, again)).code).toBe(0)
    expect(readFileSync(again)).toEqual(readFileSync(ours))
  })

  it('tells a person which net it is and which arrays it wrote', async () => {
    const { code, out } = await convert(fileOf('torch-lstm-2'), join(folder, 'out'), '--to', 'keras')
    expect(code).toBe(0)
    expect(out).toContain('lstm, 2 layers of 4 units, 4 inputs, 4 outputs (linear)')
    expect(out).toContain('pytorch → keras')
    expect(out).toMatch(/recurrent_1\/recurrent_kernel +4 × 16/)
  })

  it('writes one JSON object with --json', async () => {
    const out = join(folder, 'out')
    const result = await convert(fileOf('torch-tutorial'), out, '--json')
    const report = JSON.parse(result.out)
    // 4·5 + 4·4 + 2·4 for the layer, 3·4 + 3·5 + 3 for the head.
    expect(report).toMatchObject({ from: 'pytorch', to: 'foretide', out, parameters: 74 })
    expect(report.net).toMatchObject({ cell: 'concatenation', inputs: 5, hidden: 4, outputs: 3 })
    expect(report.arrays[0]).toEqual({ name: 'layers.0.inputToGates', shape: [4, 5] })
  })

  it('takes the cell, the output and the names that it is told', async () => {
    const torch = join(folder, 'torch')
    const told = ['--cell', 'elman-relu', '--output', 'log-softmax', '--recurrent', 'rnn', '--head', 'head']
    const first = await convert(fileOf('torch-rnn-relu-2'), join(folder, 'net'), ...told, '--json')
    expect(JSON.parse(first.out).net).toMatchObject({ cell: 'elman-relu', output: 'log-softmax' })
    const names = ['--recurrent', 'encoder', '--head', 'out', '--input-head', 'skip']
    const second = await convert(join(folder, 'net'), torch, '--to', 'pytorch', ...names, '--json')
    const written = JSON.parse(second.out).arrays.map(({ name }: { name: string }) => name)
    expect(written).toContain('encoder.weight_hh_l1')
    expect(written).toContain('skip.weight')
  })

  it.each([
    ['a file that is not there', 3, () => ['nowhere'], /no such file/],
    ['a folder', 3, () => [folder], /it is a folder/],
    ['a cell with other gates', 1, () => [fileOf('torch-gru'), '--cell', 'lstm'], /gates of a cell like gru/],
    [
      'a layout that it is not',
      1,
      () => [fileOf('torch-gru'), '--from', 'keras'],
      /recurrent_kernel is missing/,
    ],
    [
      'what another framework lacks',
      1,
      () => [fileOf('keras-gru-before'), '--to', 'pytorch'],
      /cannot be written/,
    ],
    ['a layout that nobody has', 2, () => [fileOf('torch-gru'), '--to', 'onnx'], /Allowed choices/],
    [
      'a file that is no safetensors',
      1,
      () => [fileWith('text'), '--to', 'keras'],
      /no whole safetensors file/,
    ],
  ])('ends with an error on %s, and writes nothing', async (_, code, argv, fault) => {
    const [source, ...flags] = argv() as [string, ...string[]]
    const before = readdirSync(folder)
    const result = await convert(source, join(folder, 'out'), ...flags)
    expect([result.code, result.out]).toEqual([code, ''])
    expect(result.err).toMatch(fault)
    expect(readdirSync(folder)).toEqual(before)
  })

  it('ends with 2 when it is told what a file of ours says itself', async () => {
    const net = join(folder, 'net')
    await convert(fileOf('torch-gru'), net)
    const { code, err } = await convert(net, join(folder, 'out'), '--cell', 'gru')
    expect([code, err]).toEqual([2, expect.stringContaining('says itself')])
  })

  it('ends with 3 when the folder to write to is not there', async () => {
    const { code, err } = await convert(fileOf('torch-gru'), join(folder, 'no', 'out'))
    expect([code, err]).toEqual([3, expect.stringContaining('no such folder')])
  })

  it('converts a file in its place', async () => {
    const file = fileOf('torch-gru')
    expect((await convert(file, file)).code).toBe(0)
    expect(JSON.parse((await convert(file, file, '--json')).out).from).toBe('foretide')
  })
})

function fileWith(text: string): string {
  const file = join(folder, 'file')
  writeFileSync(file, text)
  return file
}
