const { join } = require('node:path')

// Dependency-cruiser reads the sources; the package's own `imports` point at the build.
module.exports = {
  resolve: {
    alias: { '#shared': join(__dirname, 'shared'), '#services': join(__dirname, 'services') },
    extensions: ['.ts', '.js', '.mjs', '.json'],
    extensionAlias: { '.js': ['.ts', '.js'] },
  },
}
