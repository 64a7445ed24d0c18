import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { GruWeights } from '#shared/recurrent/gru-weights'
import type { Tensorflow } from './backend.js'

/** The numbers of a net without its manifest: a training step needs no more. */
export type GruArrays = Omit<GruWeights, 'manifest'>

/** One gate: pre-activation = x · input + inputBias and h · hidden + hiddenBias. */
export interface GateTensors {
  readonly input: Tensor2D // [F, D]
  readonly hidden: Tensor2D // [D, D]
  /** [D, D] as stored: the backward pass multiplies with it. */
  readonly hiddenStored: Tensor2D
  readonly inputBias: Tensor1D // [D]
  readonly hiddenBias: Tensor1D // [D]
}

/** A net as tensors, gate by gate: taking columns out of a fused product costs more here than three products. */
export interface GruTensors {
  readonly reset: GateTensors
  readonly update: GateTensors
  readonly candidate: GateTensors
  readonly hiddenToLeads: Tensor2D // [D, H]
  readonly hiddenToLeadsStored: Tensor2D // [H, D]
  readonly inputToLeads: Tensor2D // [F, H]
  readonly leadBias: Tensor1D // [H]
}

/** Tensors of `net`; call inside `tf.tidy`. */
export function toTensors(tf: Tensorflow, net: GruArrays): GruTensors {
  const H = net.leadBias.length
  const D = net.hiddenToLeads.length / H
  const F = net.inputToLeads.length / H
  const gate = (index: number): GateTensors => {
    const rows = (all: Float32Array, width: number) =>
      tf.tensor2d(all.subarray(index * D * width, (index + 1) * D * width), [D, width])
    const bias = (all: Float32Array) => tf.tensor1d(all.subarray(index * D, (index + 1) * D))
    const hiddenStored = rows(net.hiddenToGates, D)
    return {
      input: tf.transpose(rows(net.inputToGates, F)),
      hidden: tf.transpose(hiddenStored),
      hiddenStored,
      inputBias: bias(net.inputBias),
      hiddenBias: bias(net.hiddenBias),
    }
  }
  const hiddenToLeadsStored = tf.tensor2d(net.hiddenToLeads, [H, D])
  return {
    reset: gate(0),
    update: gate(1),
    candidate: gate(2),
    hiddenToLeads: tf.transpose(hiddenToLeadsStored),
    hiddenToLeadsStored,
    inputToLeads: tf.transpose(tf.tensor2d(net.inputToLeads, [H, F])),
    leadBias: tf.tensor1d(net.leadBias),
  }
}
