import type { EngineCase } from './engine-case.js'

/**
 * Who is measured. `tfjs-node-all-cores` is not pinned to one core; `tfjs-node-plain` is written with the library's public
 * functions, where the others are our TensorFlow engine.
 */
export const CONTESTANTS = [
  'kernel',
  'tfjs-node',
  'tfjs-node-all-cores',
  'tfjs-node-plain',
  'tfjs-wasm',
] as const
export type ContestantName = (typeof CONTESTANTS)[number]

/** Work that can be repeated. */
export interface PreparedWork {
  /** Series-steps of one run. */
  readonly units: number
  run(): void
  dispose(): void
}

/** An engine inside its own process. */
export interface Contestant {
  /** What computes, in a few words. */
  readonly backend: string
  prepare(chosen: EngineCase): PreparedWork
  /** GFLOP/s of multiplying and adding in registers alone, or null where it cannot be known. */
  roofline(ms: number): number | null
}

/** What a contestant's process is asked. Each is answered before the next is asked. */
export type ContestantRequest =
  | { readonly ask: 'prepare'; readonly chosen: EngineCase; readonly warmUpMs: number }
  | { readonly ask: 'measure'; readonly ms: number }
  | { readonly ask: 'roofline'; readonly ms: number }

export type ContestantReply =
  | { readonly reply: 'ready'; readonly backend: string }
  | { readonly reply: 'unavailable'; readonly reason: string }
  | { readonly reply: 'prepared' }
  /** Units a second, or GFLOP/s; null where it cannot be known. */
  | { readonly reply: 'measured'; readonly rate: number | null }
  | { readonly reply: 'failed'; readonly reason: string }
