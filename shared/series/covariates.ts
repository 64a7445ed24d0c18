/**
 * What the fields of a record say beside the value: one number for each field that a pipeline reads, in their order; null
 * where the record has none.
 */
export type Covariates = readonly (number | null)[]
