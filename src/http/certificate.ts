import { isIP } from 'node:net'
import { connect, type DetailedPeerCertificate } from 'node:tls'
import type { ConnectionSettings } from './connections.ts'
import { classify } from './failure.ts'

/** What a server shows of itself before any request. */
export type Certificate =
  | {
      readonly trusted: true
      readonly protocol: string
      /** Names from the server's own up to the authority. */
      readonly chain: readonly string[]
      readonly validTo: Date
    }
  /** `why`: a code, and what it means where that is known. */
  | { readonly trusted: false; readonly why: string }

const LIMIT_MS = 10_000

/** Makes a connection with TLS, reads the certificates and closes it again; no request is sent. Trusts what the load would trust. */
export function readCertificate({ origin, ca, insecure, lookup }: Omit<ConnectionSettings, 'connections'>): Promise<Certificate> {
  const { hostname, port } = new URL(origin)
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(port || 443),
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca !== undefined && { ca }),
      ...(lookup && { lookup }),
      rejectUnauthorized: !insecure,
    })
    const end = (certificate: Certificate) => {
      socket.destroy()
      resolve(certificate)
    }
    socket.setTimeout(LIMIT_MS, () => end({ trusted: false, why: 'no answer within 10 s' }))
    socket.once('error', (error) => {
      const { code, advice } = classify(error) ?? { code: error.message }
      end({ trusted: false, why: advice === undefined ? code : `${code}: ${advice}` })
    })
    socket.once('secureConnect', () => {
      const own = socket.getPeerCertificate(true)
      end({ trusted: true, protocol: socket.getProtocol() ?? 'TLS', chain: chainOf(own), validTo: new Date(own.valid_to) })
    })
  })
}

/** The last certificate of a chain is its own issuer. */
function chainOf(certificate: DetailedPeerCertificate): readonly string[] {
  const { subject, issuerCertificate, fingerprint256 } = certificate
  const name = [subject?.CN ?? subject?.O ?? 'without a name'].flat()[0] ?? ''
  return issuerCertificate === undefined || issuerCertificate.fingerprint256 === fingerprint256
    ? [name]
    : [name, ...chainOf(issuerCertificate)]
}
