/** What has a version serve: its contest, the first training of all, or an operator who promotes, rolls back or pins. */
export const PROMOTION_CAUSES = ['contest', 'bootstrap', 'promote', 'rollback', 'pin'] as const
export type PromotionCause = (typeof PROMOTION_CAUSES)[number]
