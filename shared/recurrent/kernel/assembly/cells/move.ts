import { CONCATENATION, GRU, GRU_RESET_BEFORE, LSTM } from '../net'
import { moveConcatenation } from './concatenation'
import { moveElman } from './elman'
import { moveGru } from './gru'
import { moveGruResetBefore } from './gru-reset-before'
import { moveLstm } from './lstm'

/**
 * One row's state after a step from its sums, of which the activated gates take the place.
 * @param next where the new h goes, may be `state`
 * @param cellOffset bytes from h to c of an LSTM, before the step and after it
 */
export function moveRow(
  cell: u32, sums: usize, state: usize, next: usize, cellOffset: usize, width: usize,
): void {
  if (cell == GRU) moveGru(sums, state, next, width)
  else if (cell == LSTM) moveLstm(sums, next, state + cellOffset, next + cellOffset, width)
  else if (cell == GRU_RESET_BEFORE) moveGruResetBefore(sums, state, next, width)
  else if (cell == CONCATENATION) moveConcatenation(sums, next, width)
  else moveElman(cell, sums, next, width)
}
