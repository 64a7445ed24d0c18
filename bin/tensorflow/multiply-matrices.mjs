// Run as a child by prove-native.mjs, with the folder of tfjs-node as argument.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import util from 'node:util'

// tfjs-node 4.22 calls it, Node 23 no longer has it, and Node 22 warns of it.
util.isNullOrUndefined = (value) => value === null || value === undefined
const [folder] = process.argv.slice(2)
const tf = createRequire(join(folder, 'package.json'))(folder)

// Worked out by hand; large enough beside it that the product runs through the library's blocked routines.
const small = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2]))
if (String(small.dataSync()) !== '19,22,43,50') throw new Error(`wrong product: ${small.dataSync()}`)
const n = 192
const square = tf.matMul(tf.fill([n, n], 2), tf.fill([n, n], 3)).dataSync()
if (!square.every((value) => value === 6 * n)) throw new Error('wrong product of large matrices')
if (tf.getBackend() !== 'tensorflow') throw new Error(`the backend is ${tf.getBackend()}, not the native one`)
process.stdout.write(`product right, TensorFlow ${tf.backend().binding.TF_Version}\n`)
