/** What the process reports of its log. */
export interface LogMetrics {
  /** A broker never answered a read, and connections were made anew. */
  silent(): void
  /** How long something of the log has been waited for; 0 when all of it answers again. */
  away(seconds: number): void
}
