/** What a process may run; `up` runs all of it. */
export const SERVICES = ['forecaster', 'trainer', 'feeder', 'gateway'] as const
export type Service = (typeof SERVICES)[number]
