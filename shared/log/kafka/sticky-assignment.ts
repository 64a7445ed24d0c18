/** What one member of a group had. */
export interface Holder {
  readonly member: string
  readonly held: readonly number[]
}

/**
 * Who gets which of `partitions`: everybody as many as everybody else, give or take one, and what one has it keeps as
 * long as that allows. Of two that claim a partition, the first by name keeps it.
 */
export function assignSticky(holders: readonly Holder[], partitions: number): Map<string, number[]> {
  const members = [...holders].sort((a, b) => (a.member < b.member ? -1 : 1))
  const floor = Math.floor(partitions / members.length)
  let larger = partitions - floor * members.length
  const free = new Set(Array.from({ length: partitions }, (_, p) => p))
  const assigned = new Map<string, number[]>(members.map(({ member }) => [member, []]))
  // Those who hold most keep the shares that are one larger.
  for (const { member, held } of [...members].sort((a, b) => b.held.length - a.held.length)) {
    const mine = assigned.get(member)!
    const claims = [...new Set(held)].sort((a, b) => a - b).filter((p) => free.has(p))
    const share = claims.length > floor && larger > 0 ? floor + 1 : floor
    if (share > floor) larger -= 1
    for (const p of claims.slice(0, share)) {
      mine.push(p)
      free.delete(p)
    }
  }
  for (const p of free) {
    const counts = members.map(({ member }) => assigned.get(member)!.length)
    const least = members[counts.indexOf(Math.min(...counts))]!
    assigned.get(least.member)!.push(p)
  }
  return assigned
}
