import type { Cell } from '#shared/recurrent/net-shape'
import type { TensorflowCell } from './cell.js'
import { elmanCell, reluActivation, sigmoidActivation, tanhActivation } from './elman-cell.js'
import { gruCell } from './gru-cell.js'
import { gruResetBeforeCell } from './gru-reset-before-cell.js'
import { lstmCell } from './lstm-cell.js'

export const tensorflowCells: Readonly<Record<Cell, TensorflowCell>> = {
  'elman-tanh': elmanCell(tanhActivation),
  'elman-sigmoid': elmanCell(sigmoidActivation),
  'elman-relu': elmanCell(reluActivation),
  concatenation: elmanCell(null),
  lstm: lstmCell,
  gru: gruCell,
  'gru-reset-before': gruResetBeforeCell,
}
