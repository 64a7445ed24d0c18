/** What errors are counted in where a protocol standardises them. */
export const STANDARDISED = 'in standard deviations of each series'
