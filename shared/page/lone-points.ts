/**
 * Places of values with a break, or nothing, on both sides: no line runs through them, so that they have to be drawn as points.
 * @param cells null where the line breaks, undefined where it goes on without a value
 */
export function lonePoints(cells: readonly (number | null | undefined)[]): number[] {
  const places: number[] = []
  let last = -1
  let joined = false
  const end = () => {
    if (last >= 0 && !joined) places.push(last)
    last = -1
    joined = false
  }
  cells.forEach((cell, place) => {
    if (cell === null) end()
    else if (cell !== undefined) {
      joined = last >= 0
      last = place
    }
  })
  end()
  return places
}
