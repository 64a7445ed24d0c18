import { copyRow } from '../gather'

/** next = sum. */
export function moveConcatenation(sums: usize, next: usize, width: usize): void {
  copyRow(sums, next, width)
}

/** ∂loss/∂sum = ∂loss/∂next, and nothing goes back beside the gate. */
export function backConcatenation(gates: usize, gradient: usize, width: usize): void {
  copyRow(gradient, gates, width)
  memory.fill(gradient, 0, width << 2)
}
