/** Colours of the palette, by expert; the others take, in the order of their names, those that are left. */
const EXPERT_COLOURS: Readonly<Record<string, string>> = {
  recurrent: 'expert-1',
  profile: 'expert-2',
  seasonal: 'expert-3',
  persistence: 'expert-4',
  'level-profile': 'expert-5',
  'seasonal-week': 'expert-6',
  autoregression: 'expert-7',
  'read-out': 'expert-8',
  'fast-read-out': 'expert-10',
}
const OTHER_COLOURS = ['expert-9']

/** @returns the name of a colour for each of these experts */
export function expertColours(names: readonly string[]): ReadonlyMap<string, string> {
  const others = names.filter((name) => EXPERT_COLOURS[name] === undefined).sort()
  return new Map(
    names.map((name) => [
      name,
      EXPERT_COLOURS[name] ?? OTHER_COLOURS[others.indexOf(name) % OTHER_COLOURS.length]!,
    ]),
  )
}
