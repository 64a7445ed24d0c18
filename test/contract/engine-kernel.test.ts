import { createKernelEngine } from '#shared/recurrent/kernel/kernel-engine'
import { describeEngine } from './engine-contract.js'

describeEngine('the kernel', createKernelEngine)
