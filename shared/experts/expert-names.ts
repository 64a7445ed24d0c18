/** Every expert, in the order in which states and messages list them. */
export const EXPERT_NAMES = [
  'persistence',
  'seasonal',
  'seasonal-week',
  'profile',
  'level-profile',
  'seasonal-drift',
  'log-seasonal',
  'autoregression',
  'read-out',
  'fast-read-out',
  'recurrent',
] as const
export type ExpertName = (typeof EXPERT_NAMES)[number]

/** Those that need the recurrent net: without them it is not stepped. */
export const NET_EXPERTS: readonly ExpertName[] = ['read-out', 'fast-read-out', 'recurrent']
/** Those that learn by a regression per series, which is most of the time and memory that a series takes. */
const REGRESSIONS: readonly ExpertName[] = ['log-seasonal', 'autoregression', 'read-out', 'fast-read-out']

export const PRESETS = ['minimal', 'lean', 'full'] as const
export type Preset = (typeof PRESETS)[number]

/** Hidden units of the net in each preset, where nothing else is said. */
export const PRESET_UNITS: Readonly<Record<Preset, number>> = { minimal: 48, lean: 48, full: 96 }

/**
 * The experts of a preset, with some switched on or off beside it.
 * @param switches by name; what is not named is as the preset has it
 */
export function chooseExperts(
  preset: Preset,
  switches: Readonly<Partial<Record<ExpertName, boolean>>> = {},
): readonly ExpertName[] {
  return EXPERT_NAMES.filter(
    (name) => switches[name] ?? (preset !== 'minimal' || !REGRESSIONS.includes(name)),
  )
}

/** The same without the net. */
export function withoutNet(experts: readonly ExpertName[]): readonly ExpertName[] {
  return experts.filter((name) => !NET_EXPERTS.includes(name))
}
