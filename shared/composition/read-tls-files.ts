import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { ConfigurationError } from '#shared/configuration/configuration-error'

type Part = 'ca' | 'cert' | 'key'

/**
 * The PEM files of a TLS set-up, by absolute path: authorities, and a client's certificate with its key.
 * @throws ConfigurationError for one that cannot be read or holds something else, and where certificate and key are no pair
 */
export function readTlsFiles(
  files: Readonly<Partial<Record<Part, string>>>,
): Partial<Record<Part, Buffer | undefined>> {
  const tls = {
    ca: readPart('ca', files.ca),
    cert: readPart('cert', files.cert),
    key: readPart('key', files.key),
  }
  if (tls.cert && !tls.key) throw fault('log.tls.key', 'is missing: name the private key of log.tls.cert')
  if (tls.key && !tls.cert) throw fault('log.tls.cert', 'is missing: name the certificate of log.tls.key')
  try {
    createSecureContext(tls)
  } catch (cause) {
    throw fault('log.tls', `cannot be used: ${(cause as Error).message}`)
  }
  return tls
}

function readPart(part: Part, file: string | undefined): Buffer | undefined {
  if (file === undefined) return undefined
  const where = `log.tls.${part}`
  let pem: Buffer
  try {
    pem = readFileSync(file)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw fault(where, `cannot read ${file}: ${code === 'ENOENT' ? 'there is no such file' : message}`)
  }
  // A file of another form would only be seen as one certificate fewer.
  if (!pem.includes('-----BEGIN ')) throw fault(where, `${file} is no PEM file`)
  try {
    if (part === 'key') createPrivateKey(pem)
    else new X509Certificate(pem)
  } catch (cause) {
    const what = part === 'key' ? 'private key' : 'certificate'
    throw fault(where, `${file} holds no ${what} that can be used: ${(cause as Error).message}`)
  }
  return pem
}

function fault(where: string, message: string): ConfigurationError {
  return new ConfigurationError([{ where, message }])
}
