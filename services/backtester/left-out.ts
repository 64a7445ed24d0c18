import type { LifecycleEvent } from '#shared/pipeline/batch-outcome'

/** What becomes of a reading that is neither forecast from nor the first of its series. */
export const LEFT_OUT: ReadonlySet<LifecycleEvent> = new Set(['duplicate', 'same-cell', 'late'])
