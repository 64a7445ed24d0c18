// Kept to syntax that any Node with ES modules reads, and imported first, so that an old Node gets a sentence and
// not a stack.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `foretide: needs Node 20.19 or newer, and this is ${process.versions.node}; install a newer one from https://nodejs.org\n`,
  )
  process.exit(2)
}
