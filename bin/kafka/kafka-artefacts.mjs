import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Versions that are tested; the first is the default. */
export const KAFKA_VERSIONS = ['4.1.1', '3.9.1']

/** No Kafka can be had on this machine; the message says what is missing. */
export class NoKafkaError extends Error {}

function missingTool(tool, args) {
  const { error } = spawnSync(tool, args, { stdio: 'ignore' })
  return error !== undefined
}

function pomOf(version) {
  return `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>foretide</groupId><artifactId>kafka-jars</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${version}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`
}

/**
 * The folder with Apache Kafka's jars, fetched by Maven on the first call and kept outside of the repository.
 * @param {string} version
 * @returns {string}
 */
export function kafkaJars(version) {
  if (missingTool('java', ['-version'])) {
    throw new NoKafkaError('Java 17 or newer is needed to run Kafka here; install it, or set KAFKA_BROKERS.')
  }
  const cache = process.env.FORETIDE_KAFKA_CACHE ?? join(homedir(), '.cache', 'foretide', 'kafka')
  const folder = join(cache, version)
  if (existsSync(folder)) return folder
  if (missingTool('mvn', ['-version'])) {
    throw new NoKafkaError(
      `Maven is needed to fetch Kafka ${version}; install it, or set KAFKA_BROKERS to a running broker.`,
    )
  }
  const work = join(cache, `.${version}-${process.pid}`)
  mkdirSync(work, { recursive: true })
  try {
    writeFileSync(join(work, 'pom.xml'), pomOf(version))
    const jars = join(work, 'jars')
    const args = [
      '-q',
      '-B',
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${jars}`,
    ]
    const { status, stdout, stderr } = spawnSync('mvn', args, {
      cwd: work,
      encoding: 'utf8',
      timeout: 300_000,
    })
    if (status !== 0 || !existsSync(jars) || !readdirSync(jars).some((jar) => jar.startsWith('kafka_'))) {
      throw new NoKafkaError(`Maven could not fetch Kafka ${version}:\n${stdout}${stderr}`)
    }
    // Another process may have been faster: its folder is as good.
    if (!existsSync(folder)) renameSync(jars, folder)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return folder
}
