/**
 * What has a version serve: its contest, the first training of all, or an operator who promotes, rolls back or pins. With the end
 * of a pin, `unpin`, the version goes on serving.
 */
export const PROMOTION_CAUSES = ['contest', 'bootstrap', 'promote', 'rollback', 'pin', 'unpin'] as const
export type PromotionCause = (typeof PROMOTION_CAUSES)[number]
