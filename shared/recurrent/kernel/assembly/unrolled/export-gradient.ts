import { firstHiddenColumn, gatesOf, inputColumn } from '../net'
import { findRawLayer, RawLayer } from '../pack'
import { hiddenColumn } from './pack-back'
import { traceOf, Unrolled } from './unrolled'

const RAW: usize = memory.data(32, 16)

/** From the padded sums to the layout of tensors.ts. */
export function exportGradient(u: Unrolled): void {
  const net = u.net
  const units = net.hiddenCount
  const hidden = net.hidden
  const raw = changetype<RawLayer>(RAW)
  let to = u.gradient
  for (let l: usize = 0; l < net.layers; l++) {
    to = findRawLayer(raw, net, l, to)
    const trace = traceOf(u, l)
    const inputWidth = l == 0 ? u.inputWidth : hidden
    for (let gate: usize = 0; gate < gatesOf(net.cell); gate++) {
      const row = gate * units
      const input = inputColumn(net.cell, gate) * hidden
      const recurrent = (hiddenColumn(net.cell, gate) - firstHiddenColumn(net.cell)) * hidden
      copyMatrix(
        trace.inputGradient + ((input * inputWidth) << 2), inputWidth, raw.inputToGates + ((row * raw.inputs) << 2),
        units, raw.inputs,
      )
      copyMatrix(
        trace.hiddenGradient + ((recurrent * hidden) << 2), hidden, raw.hiddenToGates + ((row * units) << 2),
        units, units,
      )
      memory.copy(raw.inputBias + (row << 2), trace.inputBiasGradient + (input << 2), units << 2)
      memory.copy(raw.hiddenBias + (row << 2), trace.hiddenBiasGradient + (recurrent << 2), units << 2)
    }
  }
  copyMatrix(u.headHiddenGradient, hidden, to, net.outputCount, units)
  to += (net.outputCount * units) << 2
  if (net.headReadsInput) {
    copyMatrix(u.headInputGradient, u.inputWidth, to, net.outputCount, net.inputCount)
    to += (net.outputCount * net.inputCount) << 2
  }
  memory.copy(to, u.headBiasGradient, net.outputCount << 2)
}

function copyMatrix(from: usize, fromWidth: usize, to: usize, rows: usize, columns: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    memory.copy(to, from, columns << 2)
    from += fromWidth << 2
    to += columns << 2
  }
}
