import { withoutNet } from '#shared/experts/expert-names'
import type { PipelineSettings } from './pipeline-settings.js'

/** trained: as in life; untrained: the same net, never trained; off: no net, and none of the experts that need it. */
export const NETS = ['trained', 'untrained', 'off'] as const
export type Net = (typeof NETS)[number]

/** The same pipeline with its net as a control wants it. */
export function withNet(settings: PipelineSettings, net: Net): PipelineSettings {
  if (net !== 'off')
    return { ...settings, learn: net === 'trained' && settings.experts.includes('recurrent') }
  return { ...settings, learn: false, experts: withoutNet(settings.experts) }
}
