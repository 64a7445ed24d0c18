/** The first address is above the constants. */
const start: usize = (__heap_base + 63) & ~63
/** What lies below is handed out: in rising order, given back all at once if ever. */
let end = start

/**
 * Zeroed room at a multiple of 64.
 * @returns its address, or 0 when the memory cannot be had
 */
export function reserve(bytes: usize): usize {
  const address = end
  const next = (address + bytes + 63) & ~63
  // Addresses have 32 bits: what does not fit wraps.
  if (next < address) return 0
  const held = <usize>memory.size() << 16
  if (next > held && memory.grow(<i32>((next - held + 0xffff) >> 16)) < 0) return 0
  end = next
  return address
}

/** Take back all that was handed out, and zero it. */
export function takeBack(): void {
  memory.fill(start, 0, end - start)
  end = start
}
