import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  logLevel,
  ResourcePatternTypes,
} from 'kafkajs'
import { NoKafkaError, provideKafka, type StartedKafka } from '../../bin/kafka/provide-kafka.mjs'

/** Password of a user: nothing else that is printed may look like it. */
export const passwordOf = (user: string): string => `9f7-${user}-a1c-secret`

export interface SecureKafka {
  readonly kafka: StartedKafka
  /** PEM files: the authority, and a client's certificate with its key. */
  readonly files: { readonly ca: string; readonly cert: string; readonly key: string }
  /** Rights for a user; names that end with `*` are prefixes. */
  grant(user: string, rights: readonly Right[]): Promise<void>
  stop(): Promise<void>
}

type Resource = 'topic' | 'group' | 'cluster' | 'transactional id'
export type Right = readonly [operation: keyof typeof AclOperationTypes, resource: Resource, name: string]

const RESOURCES: Readonly<Record<Resource, AclResourceTypes>> = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  cluster: AclResourceTypes.CLUSTER,
  'transactional id': AclResourceTypes.TRANSACTIONAL_ID,
}

/** An authority, a broker's certificate for 127.0.0.1, and a client's, for two days. */
function makeCertificates(folder: string): void {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const key = ['-newkey', 'rsa:2048', '-nodes']
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=test-ca')
  for (const [name, extension] of [
    ['broker', 'subjectAltName=IP:127.0.0.1'],
    ['client', 'extendedKeyUsage=clientAuth'],
  ] as const) {
    writeFileSync(join(folder, `${name}.ext`), extension)
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-days', '2', '-extfile', `${name}.ext`, '-out', `${name}.pem`],
    )
  }
  const store = ['broker.key', 'broker.pem'].map((file) => readFileSync(join(folder, file), 'utf8')).join('')
  writeFileSync(join(folder, 'broker-store.pem'), store)
}

/**
 * A broker with encryption, logins and access control: listener LOGIN takes `users` by PLAIN and SCRAM over TLS, listener MUTUAL takes
 * certificates. Who is not granted a right has none. null where no Kafka can be had.
 */
export async function startSecureKafka(users: readonly string[]): Promise<SecureKafka | null> {
  const folder = mkdtempSync(join(tmpdir(), 'foretide-secure-'))
  const file = (name: string) => join(folder, name)
  makeCertificates(folder)
  const plain = users.map((user) => `user_${user}="${passwordOf(user)}"`).join(' ')
  const login = 'org.apache.kafka.common.security'
  const properties = {
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.login.plain.sasl.jaas.config': `${login}.plain.PlainLoginModule required ${plain};`,
    'listener.name.login.scram-sha-256.sasl.jaas.config': `${login}.scram.ScramLoginModule required;`,
    'listener.name.login.scram-sha-512.sasl.jaas.config': `${login}.scram.ScramLoginModule required;`,
    'listener.name.mutual.ssl.client.auth': 'required',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': file('broker-store.pem'),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': file('ca.pem'),
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    // The brokers among themselves, and this test.
    'super.users': 'User:ANONYMOUS',
  }
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const kafka = await provideKafka(
      {
        ...{ own: true, properties },
        listeners: [
          { name: 'LOGIN', protocol: 'SASL_SSL' },
          { name: 'MUTUAL', protocol: 'SSL' },
        ],
        scram: users.flatMap((username) =>
          (['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).map((mechanism) => ({
            ...{ mechanism, username, password: passwordOf(username) },
          })),
        ),
      },
      { env: process.env, say: (line) => console.error(line) },
    )
    const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    return {
      kafka,
      files: { ca: file('ca.pem'), cert: file('client.pem'), key: file('client.key') },
      grant: async (user, rights) => {
        const acl = rights.map(([operation, resource, name]) => ({
          resourceType: RESOURCES[resource],
          resourceName: name.endsWith('*') ? name.slice(0, -1) : name,
          resourcePatternType: name.endsWith('*')
            ? ResourcePatternTypes.PREFIXED
            : ResourcePatternTypes.LITERAL,
          ...{ principal: `User:${user}`, host: '*' },
          operation: AclOperationTypes[operation],
          permissionType: AclPermissionTypes.ALLOW,
        }))
        await admin.createAcls({ acl })
      },
      stop: async () => {
        await admin.disconnect()
        await kafka.stop()
        remove()
      },
    }
  } catch (error) {
    remove()
    if (!(error instanceof NoKafkaError)) throw error
    console.error(error.message)
    return null
  }
}
