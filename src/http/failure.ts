/** Why an exchange ended improperly, in classes that differ in who is at fault. */
export type FailureClass = 'generator' | 'dns' | 'connect' | 'tls' | 'protocol' | 'socket'

export interface Failure {
  readonly class: FailureClass
  /** The socket's or parser's own code, such as ECONNRESET. */
  readonly code: string
  /** A cause in words, and what helps, where the code alone says little. */
  readonly advice?: string
}

/** Our own machine ran out of something: no descriptors, no ports, no buffers. */
const GENERATOR = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM'])
const DNS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME'])
const CONNECT = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EHOSTDOWN', 'ENETDOWN', 'EACCES', 'EPERM'])
const PROTOCOL = new Set([
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_RES_EXCEEDED_MAX_SIZE',
])

/** How OpenSSL names what it finds wrong with a certificate, beyond those that have advice. */
const OPENSSL = /^(INVALID_|EE_|CA_|CRL_|HOSTNAME_|IP_ADDRESS_|EMAIL_|PATH_LENGTH|KEYUSAGE|AKID_|SUBJECT_|ISSUER_|UNSUPPORTED_|ERR_OSSL_)/

const TLS_ADVICE: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed; name its authority with `target.ca`',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate chain ends in a private authority; name it with `target.ca`',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the authority that signed the certificate is not known here; name it with `target.ca`',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the authority that signed the certificate is not known here; name it with `target.ca`',
  CERT_HAS_EXPIRED: 'the certificate has expired; the server needs a new one',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet; check the clocks of both machines',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host name; use the name it was made for in `target.url`',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not speak TLS on this port; use http:// in `target.url`, or the right port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the server does not speak TLS on this port; use http:// in `target.url`, or the right port',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'the server speaks no TLS version that is still allowed',
}

/**
 * What kind of failure an error of the HTTP client is. Undefined for what cannot come from a server or a socket: a bug of ours, which must
 * not be booked as the target's fault.
 */
export function classify(error: Error): Failure | undefined {
  const code = codeOf(error)
  if (error.name === 'HTTPParserError' || code.startsWith('HPE_'))
    return { class: 'protocol', code: code || 'HTTPParserError', advice: error.message }
  if (code === '') return undefined
  if (GENERATOR.has(code)) return { class: 'generator', code }
  if (DNS.has(code)) return { class: 'dns', code }
  if (TLS_ADVICE[code] !== undefined) return { class: 'tls', code, advice: TLS_ADVICE[code] }
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code.startsWith('CERT_') || code.startsWith('UNABLE_TO_'))
    return { class: 'tls', code }
  if (CONNECT.has(code)) return { class: 'connect', code }
  // undici refuses an interim reply that nobody asked for (100 without Expect) as a socket error of this text.
  if (code === 'UND_ERR_SOCKET' && error.message.includes('bad response'))
    return { class: 'protocol', code, advice: 'a reply that HTTP does not allow here' }
  if (PROTOCOL.has(code)) return { class: 'protocol', code }
  if (OPENSSL.test(code)) return { class: 'tls', code }
  // What undici says of arguments is about ours; any other code is the network's, known to this list or not.
  return code.startsWith('UND_ERR_INVALID') || code.startsWith('ERR_INVALID') ? undefined : { class: 'socket', code }
}

/** The most telling code of an error: of several attempts (one per address) the first's. */
function codeOf(error: Error): string {
  const own = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return codeOf(error.errors[0]) || own
  return own
}
