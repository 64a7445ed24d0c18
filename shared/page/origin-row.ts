/** [time in ms, value, one-step median, lower, upper, anomaly 0 or 1, weights version] */
export type OriginRow = readonly [number, number, number | null, number | null, number | null, number, number]
