/** A quotient. Nearly every unit of errors is 1, and dividing by it would cost as much as any other division. */
export function dividedBy(value: number, unit: number): number {
  return unit === 1 ? value : value / unit
}
