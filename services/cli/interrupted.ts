/** Exit code of a command that a signal ended before it had a result: 128 + SIGINT, as shells have it. */
export const INTERRUPTED = 130
