import type { Cell, NetShape, OutputKind } from '../net-shape.js'
import type { WeightsManifest } from '../recurrent-weights.js'

/** A net on its way between frameworks: what it is, its numbers and, from Foretide alone, where it comes from. */
export interface ExchangedNet {
  readonly shape: NetShape
  /** [P], every tensor in the order of `tensorsOf` */
  readonly values: Float32Array
  readonly provenance?: WeightsProvenance
}

/** What a manifest tells beside the architecture; figures for people stay behind. */
export type WeightsProvenance = Omit<WeightsManifest, keyof NetShape | 'gradientFlow' | 'imported'>

/** Names of the modules (PyTorch) or layers (Keras) whose arrays are exchanged; what is left out is found or has a usual name. */
export interface ModuleNames {
  /** Recurrent layers, the lowest first. PyTorch has one module for all of them. */
  readonly recurrent?: readonly string[]
  readonly head?: string
  /** The head's part that reads the net's input. */
  readonly inputHead?: string
}

/** What the shapes of arrays cannot tell. */
export interface ReadingHints extends ModuleNames {
  readonly cell?: Cell | undefined
  readonly output?: OutputKind | undefined
}
