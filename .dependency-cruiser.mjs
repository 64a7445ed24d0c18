/** Folders of the domain: they know the log only by its port, and nothing of messages, metrics or settings. */
const DOMAIN = [
  ...['series', 'sequencing', 'encoding', 'recurrent', 'regression', 'experts', 'calibration', 'forecast'],
  ...['series-state', 'pipeline', 'learning', 'scoring', 'promotion', 'drift'],
].join('|')

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

/** One folder alone imports a library, and wraps what it raises. */
const onlyImporter = (name, folder, path, module) =>
  forbid(
    name,
    `Only ${folder} may import ${module}.`,
    { path: '^(shared|services)/', pathNot: path },
    { path: `(^|/)node_modules/${module}(/|$)` },
  )

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    forbid(
      'no-cycles',
      'Files that import each other can only be understood together; move what both need to a third. Cycles of types alone are no cycles at run time.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    forbid(
      'domain-knows-only-the-port',
      'The domain may import #shared/log/port, but no adapter of the log.',
      { path: `^shared/(${DOMAIN})/` },
      { path: '^shared/log/', pathNot: '^shared/log/(port|errors)[.]ts$' },
    ),
    forbid(
      'domain-knows-no-surroundings',
      'The domain knows no message, metric or setting; hand in what it needs.',
      { path: `^shared/(${DOMAIN})/` },
      { path: '^shared/(contracts|telemetry|configuration|composition|feed)/' },
    ),
    forbid(
      'shared-imports-no-service',
      'Services are made of shared; never the other way round.',
      { path: '^shared/' },
      { path: '^services/' },
    ),
    forbid(
      'services-do-not-import-each-other',
      'Services meet in the log. Only the command line starts several.',
      { path: '^services/([^/]+)/', pathNot: '^services/cli/' },
      { path: '^services/', pathNot: '^services/$1/' },
    ),
    forbid(
      'log-adapters-stand-alone',
      'An adapter of the log knows the port and what logs on one machine share, not another adapter.',
      { path: '^shared/log/(memory|embedded|kafka)/' },
      { path: '^shared/log/(memory|embedded|kafka)/', pathNot: '^shared/log/$1/' },
    ),
    forbid(
      'the-clock-is-handed-in',
      'Only who starts a process may take the machine’s clock; everybody else is handed one.',
      {
        path: '^(shared|services)/',
        pathNot:
          '^(services/cli/main|services/trainer/trainer-worker|services/benchmarks/kafka/mover-process|shared/clock/)',
      },
      { path: '^shared/clock/system-clock' },
    ),
    forbid(
      'nothing-imports-tests-or-scripts',
      'What ships does not depend on tests or scripts.',
      { path: '^(shared|services)/' },
      { path: '^(test|bin)/' },
    ),
    forbid(
      'everything-resolves',
      'An import that leads nowhere fails at the start of somebody else’s day.',
      { path: '^(shared|services)/', pathNot: '/assembly/' },
      { couldNotResolve: true, dependencyTypesNot: ['npm-optional'], pathNot: '^@tensorflow/tfjs-node$' },
    ),
    onlyImporter(
      'kafkajs-in-one-folder',
      'shared/log/kafka and the bench that it is measured against',
      '^(shared/log/kafka|services/benchmarks/kafka)/',
      'kafkajs',
    ),
    onlyImporter('crc32-in-one-folder', 'shared/log/kafka', '^shared/log/kafka/', '@node-rs'),
    onlyImporter('lmdb-in-one-folder', 'shared/log/embedded', '^shared/log/embedded/', 'lmdb'),
    onlyImporter('prom-client-in-one-folder', 'shared/telemetry', '^shared/telemetry/', 'prom-client'),
    onlyImporter(
      'tfjs-in-one-folder',
      'shared/recurrent/tensorflow',
      '^shared/recurrent/tensorflow/',
      '@tensorflow',
    ),
    onlyImporter('hono-in-one-folder', 'services/gateway', '^services/gateway/', '@?hono'),
    onlyImporter('commander-in-one-folder', 'services/cli', '^services/cli/', 'commander'),
    onlyImporter(
      'hyparquet-writer-in-one-folder',
      'services/backtester/origins',
      '^services/backtester/origins/',
      'hyparquet-writer',
    ),
    onlyImporter('uplot-in-one-folder', 'shared/page', '^shared/page/', 'uplot'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/|/assembly/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    webpackConfig: { fileName: '.dependency-cruiser.resolve.cjs' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
    combinedDependencies: true,
  },
}
