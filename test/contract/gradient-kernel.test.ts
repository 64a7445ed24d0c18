import { createKernelGradientEngine } from '#shared/recurrent/kernel/kernel-gradient-engine'
import { describeGradientEngine } from './gradient-contract.js'

describeGradientEngine('the kernel', createKernelGradientEngine)
