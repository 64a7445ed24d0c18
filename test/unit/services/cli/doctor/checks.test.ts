import { describe, expect, it } from 'vitest'
import { checkKernel } from '#services/cli/doctor/check-kernel'
import { checkMachine } from '#services/cli/doctor/check-machine'
import { checkNode } from '#services/cli/doctor/check-node'
import { checkTensorflow } from '#services/cli/doctor/check-tensorflow'
import { checkTraining } from '#services/cli/doctor/check-training'
import { describeFindings } from '#services/cli/doctor/describe-findings'
import type { Finding } from '#services/cli/doctor/finding'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import type { RecurrentEngine } from '#shared/recurrent/engine'
import { createKernelEngine } from '#shared/recurrent/kernel/kernel-engine'
import { KernelMissingError } from '#shared/recurrent/kernel/kernel-module'

const GB = 1e9

describe('the doctor on Node', () => {
  it.each([
    ['20.19.0', 'ok'],
    ['24.1.0', 'ok'],
    ['20.18.3', 'fail'],
    ['18.20.0', 'fail'],
  ])('says of %s: %s', (version, status) => {
    expect(checkNode(version).status).toBe(status)
  })
})

describe('the doctor on the machine', () => {
  it.each([
    ['one core', { cores: 1, memory: 8 * GB, free: 4 * GB }, 'warn'],
    ['little free memory', { cores: 4, memory: 8 * GB, free: 0.2 * GB }, 'warn'],
    ['a usual machine', { cores: 4, memory: 8 * GB, free: 4 * GB }, 'ok'],
  ])('judges %s', (_, machine, status) => {
    expect(checkMachine(machine).status).toBe(status)
  })
})

describe('the doctor on the kernel', () => {
  it('finds that the real one steps a net to the values worked out by hand', () => {
    const { status, details } = checkKernel(createKernelEngine)
    expect(status).toBe('ok')
    const [one, two] = details!.expected as number[]
    // tanh 1 = 0.7615941560 [Abramowitz and Stegun, table 4.15]; gates at 1/2 on weights of zero.
    const tanh = 0.761594156
    const first = tanh / 2
    const expected = [2 * first + 0.25, first - tanh + 0.25]
    expect(one).toBeCloseTo(expected[0]!, 8)
    expect(two).toBeCloseTo(expected[1]!, 8)
  })

  it('finds one that computes a little wrong', () => {
    const create = (sizes: { inputs: number; outputs: number }): RecurrentEngine => {
      const engine = createKernelEngine(sizes)
      const step: RecurrentEngine['step'] = (weights, lanes, inputs, outputs, count) => {
        engine.step(weights, lanes, inputs, outputs, count)
        outputs[0] = outputs[0]! * 1.0001
      }
      return new Proxy(engine, {
        get: (target, name) => {
          if (name === 'step') return step
          const value: unknown = Reflect.get(target, name)
          return typeof value === 'function' ? value.bind(target) : value
        },
      })
    }
    expect(checkKernel(create)).toMatchObject({ status: 'fail', message: expect.stringContaining('wrongly') })
  })

  it('says to build one that is not there', () => {
    const finding = checkKernel(() => {
      throw new KernelMissingError('The recurrent kernel is not built.')
    })
    expect(finding).toMatchObject({ status: 'fail', advice: expect.stringContaining('npm run build') })
  })

  it('says that a machine without SIMD cannot run it', () => {
    const fault = Object.assign(new Error('Wasm SIMD unsupported'), { name: 'CompileError' })
    const finding = checkKernel(() => {
      throw fault
    })
    expect(finding).toMatchObject({ status: 'fail', message: expect.stringContaining('SIMD') })
  })
})

describe('the doctor on TensorFlow', () => {
  it('says which backend is active and why', async () => {
    const native = await checkTensorflow(async () => ({ name: 'tensorflow', reason: 'it is installed' }))
    expect(native).toMatchObject({ status: 'ok', message: 'native backend: it is installed' })
    const wasm = await checkTensorflow(async () => ({ name: 'wasm', reason: 'tfjs-node is not installed' }))
    expect(wasm).toMatchObject({
      status: 'warn',
      message: 'WebAssembly backend: tfjs-node is not installed',
      advice: expect.stringContaining('setup:tensorflow'),
    })
  })

  it('warns when none loads', async () => {
    const finding = await checkTensorflow(() => Promise.reject(new Error('broken')))
    expect(finding).toMatchObject({ status: 'warn', message: 'no backend loads: broken' })
  })
})

describe('the doctor on training', () => {
  const native: Finding = { check: 'tensorflow', status: 'ok', message: '' }
  const wasm: Finding = { ...native, status: 'warn', advice: 'set it up', details: { backend: 'wasm' } }
  const none: Finding = { ...native, status: 'warn', advice: 'set it up', details: { backend: null } }
  const withEngine = (engine: string) =>
    loadConfiguration({ flags: { pipelines: { m: { cadence: '1h', learn: { engine } } } }, env: {} })

  it.each([
    ['kernel', none, 'ok'],
    ['tensorflow', native, 'ok'],
    ['tensorflow', wasm, 'warn'],
    ['tensorflow', none, 'fail'],
  ] as const)('on the %s with %j is %s', (engine, tensorflow, status) => {
    const finding = checkTraining(withEngine(engine), tensorflow)
    expect(finding.status).toBe(status)
    expect(finding.message).toContain(`learn.engine: ${engine}`)
    expect(finding.details).toEqual({ engines: { m: engine } })
  })

  it('needs nothing where nothing trains', () => {
    const configuration = loadConfiguration({
      flags: { learn: false, pipelines: { m: { cadence: '1h' } } },
      env: {},
    })
    expect(checkTraining(configuration, none)).toMatchObject({
      status: 'ok',
      message: 'no training of any pipeline (learn.enabled: false)',
    })
  })
})

describe('the doctor’s words', () => {
  const findings: Finding[] = [
    { check: 'a', status: 'ok', message: 'fine' },
    { check: 'long', status: 'fail', message: 'bad', advice: 'do this' },
    { check: 'b', status: 'warn', message: 'so so' },
  ]

  it('stand in columns, with advice below and a sum at the end', () => {
    expect(describeFindings(findings, false)).toEqual([
      'ok    a     fine',
      'fail  long  bad',
      '            → do this',
      'warn  b     so so',
      '',
      '1 thing does not work, 1 could be better.',
    ])
    expect(describeFindings(findings.slice(0, 1), false).at(-1)).toBe('Everything is well.')
  })

  it('are coloured only when asked', () => {
    expect(describeFindings(findings, true).join('')).toContain('\u001b[31mfail\u001b[0m')
    expect(describeFindings(findings, false).join('')).not.toContain('\u001b')
  })
})
