/**
 * A number in [0, 1) that depends on nothing but what it is given: it picks a random sample that is the same in every run.
 * FNV-1a over the text, mixed as splitmix32 mixes.
 */
export function seededRank(seed: number, text: string, number = 0): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  let mixed = (hash + Math.imul(number + 1, 0x9e3779b9)) >>> 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000
}
