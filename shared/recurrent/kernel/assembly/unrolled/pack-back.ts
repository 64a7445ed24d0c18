import { firstHiddenColumn, gatesOf, GRU, GRU_RESET_BEFORE, inputColumn, Net } from '../net'
import { findRawLayer, packTransposed, RawLayer } from '../pack'
import { backLength, Trace, traceOf, Unrolled } from './unrolled'

const RAW: usize = memory.data(32, 16)

/** The column of sums that the hidden product of a gate fills. */
export function hiddenColumn(cell: u32, gate: usize): usize {
  return cell == GRU ? gate + 1 : gate
}

/** Weights for the way back from the values that the last `forward` had; what is padded stays zero. */
export function packBack(u: Unrolled): void {
  const net = u.net
  const raw = changetype<RawLayer>(RAW)
  let values = u.values
  for (let l: usize = 0; l < net.layers; l++) {
    values = findRawLayer(raw, net, l, values)
    packLayerBack(net, traceOf(u, l), raw, l)
  }
  packTransposed(values, net.outputCount, net.hiddenCount, u.headBack, net.outputs, 0)
}

function packLayerBack(net: Net, trace: Trace, raw: RawLayer, l: usize): void {
  const units = net.hiddenCount
  const gates = gatesOf(net.cell)
  for (let gate: usize = 0; gate < gates; gate++) {
    const hidden = raw.hiddenToGates + ((gate * units * units) << 2)
    if (net.cell == GRU_RESET_BEFORE && gate == 2) {
      packTransposed(hidden, units, units, trace.candidateBack, net.hidden, 0)
    } else {
      const first = (hiddenColumn(net.cell, gate) - firstHiddenColumn(net.cell)) * net.hidden
      packTransposed(hidden, units, units, trace.hiddenBack, backLength(net), first)
    }
    if (l == 0) continue
    const input = raw.inputToGates + ((gate * units * raw.inputs) << 2)
    const first = inputColumn(net.cell, gate) * net.hidden
    packTransposed(input, units, raw.inputs, trace.inputBack, gates * net.hidden, first)
  }
}
