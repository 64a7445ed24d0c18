import type { Environment } from '#shared/configuration/environment'
import { Foot, ScreenStream } from './screen-stream.js'
import type { TextStream } from './text-stream.js'

/** What a command writes to: results to `out`, progress and complaints to `err`. */
export interface Terminal {
  readonly out: TextStream
  readonly err: TextStream
  /** Colour is wanted on `out`. */
  readonly colour: boolean
}

/** Honours NO_COLOR (no-color.org) and FORCE_COLOR; otherwise colour goes to terminals only. */
export function wantsColour(stream: TextStream, env: Environment): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0'
  return stream.isTTY === true && env.TERM !== 'dumb'
}

export function openTerminal(out: TextStream, err: TextStream, env: Environment): Terminal {
  const foot = new Foot()
  return {
    out: new ScreenStream(out, foot),
    err: new ScreenStream(err, foot),
    colour: wantsColour(out, env),
  }
}
