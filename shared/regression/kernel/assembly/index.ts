export { reserve } from '../../../recurrent/kernel/assembly/memory'
export { advance } from './advance'
export { clearSlot, createModel, outdateSlot, slotBytes } from './model'
