/** @typedef {{ distribution: string, version: string, platforms: readonly string[], sha256: string, bytes: number }} LibraryWheel */

/**
 * Python wheels that hold TensorFlow's C library, by machine. Any CPython tag would do, since no Python code of them
 * is used; a pinned hash wants one of them, so all are the cp311 builds.
 *
 * @type {Readonly<Record<string, LibraryWheel>>}
 */
const WHEELS = {
  'linux-x64': {
    distribution: 'tensorflow-cpu',
    version: '2.15.1',
    platforms: ['manylinux_2_17_x86_64', 'manylinux2014_x86_64'],
    sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
    bytes: 207_208_420,
  },
  'linux-arm64': {
    distribution: 'tensorflow-cpu-aws',
    version: '2.15.1',
    platforms: ['manylinux_2_17_aarch64', 'manylinux2014_aarch64'],
    sha256: 'd4c3a3a9363bf42999adedbbd514e3a133be2d62f61fee9cfa46aaefb087c09e',
    bytes: 211_874_120,
  },
}

/** What the unpacked library takes on disk, rounded up. */
export const LIBRARY_BYTES = 720_000_000

/** File name of a wheel, which is also its name in the cache. */
export function wheelFile({ distribution, version, platforms }) {
  return `${distribution.replaceAll('-', '_')}-${version}-cp311-cp311-${platforms.join('.')}.whl`
}

/**
 * The wheel for a machine.
 *
 * @param {string} platform @param {string} arch as Node names them
 * @param {boolean} glibc the C library is glibc, which manylinux wheels are built for
 * @returns {{ wheel: LibraryWheel } | { reason: string }} or why there is none
 */
export function chooseWheel(platform, arch, glibc) {
  const wheel = WHEELS[`${platform}-${arch}`]
  if (!wheel) return { reason: `no wheel is pinned for ${platform} on ${arch}` }
  if (!glibc)
    return { reason: 'TensorFlow is built for glibc, and this system has another C library (Alpine?)' }
  return { wheel }
}

/** Whether this Node runs on glibc. */
export function runsOnGlibc() {
  return process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime !== undefined
}
