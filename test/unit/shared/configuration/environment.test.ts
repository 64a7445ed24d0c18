import { afterEach, describe, expect, it, vi } from 'vitest'
import { readEnvironment, setTensorflowEnvironment } from '#shared/configuration/environment'

describe('setTensorflowEnvironment', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('sets what is not set, and leaves what is', () => {
    vi.stubEnv('TF_CPP_MIN_LOG_LEVEL', undefined)
    vi.stubEnv('TF_ENABLE_ONEDNN_OPTS', '1')
    setTensorflowEnvironment()
    const { TF_CPP_MIN_LOG_LEVEL, TF_ENABLE_ONEDNN_OPTS } = readEnvironment()
    expect({ TF_CPP_MIN_LOG_LEVEL, TF_ENABLE_ONEDNN_OPTS }).toEqual({
      TF_CPP_MIN_LOG_LEVEL: '1',
      TF_ENABLE_ONEDNN_OPTS: '1',
    })
  })
})
