import { backConcatenation } from '../cells/concatenation'
import { backElman } from '../cells/elman'
import { backGru } from '../cells/gru'
import { backCandidate } from '../cells/gru-reset-before'
import { backLstm } from '../cells/lstm'
import { CONCATENATION, GRU, GRU_RESET_BEFORE, LSTM } from '../net'

/**
 * Back through one row's cell. For `gru-reset-before` only as far as it goes before ∂loss/∂(reset ∘ state) is known.
 * @param values the activated gates
 * @param gates out: ∂loss/∂sums
 * @param state h before the step, `next` after it; an LSTM's c lies behind each
 * @param gradient ∂loss/∂next (an LSTM's ∂loss/∂c behind it), becomes what goes back beside the gates
 */
export function backRow(
  cell: u32, values: usize, gates: usize, state: usize, next: usize, gradient: usize, hidden: usize,
): void {
  const width = hidden << 2
  if (cell == GRU) backGru(values, gates, state, gradient, hidden)
  else if (cell == LSTM) {
    backLstm(values, gates, state + width, next + width, gradient, gradient + width, hidden)
  } else if (cell == GRU_RESET_BEFORE) backCandidate(values, gates, state, gradient, hidden)
  else if (cell == CONCATENATION) backConcatenation(gates, gradient, hidden)
  else backElman(cell, gates, next, gradient, hidden)
}
