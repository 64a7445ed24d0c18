/** Why a figure that is taken against the season's differences is missing. */
export function unknownText(figure: string): string {
  return `${figure} is not known: before the scored part lies less than a season, or nothing changes from one to the next.`
}
