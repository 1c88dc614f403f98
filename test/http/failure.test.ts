import { errors } from 'undici'
import { describe, expect, test } from 'vitest'
import { classify } from '../../src/http/failure.ts'

const withCode = (code: string, message = 'it broke') => Object.assign(new Error(message), { code })

describe('who is at fault is told by the error’s code', () => {
  test.each([
    ['EMFILE', 'generator'],
    ['ENFILE', 'generator'],
    ['EADDRNOTAVAIL', 'generator'],
    ['ENOBUFS', 'generator'],
    ['ENOMEM', 'generator'],
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns'],
    ['ECONNREFUSED', 'connect'],
    ['EHOSTUNREACH', 'connect'],
    ['ENETUNREACH', 'connect'],
    ['ETIMEDOUT', 'connect'],
    ['EPERM', 'connect'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['ERR_SSL_SOMETHING_NEW', 'tls'],
    ['ERR_TLS_HANDSHAKE_TIMEOUT', 'tls'],
    ['CERT_REVOKED', 'tls'],
    ['UNABLE_TO_GET_CRL', 'tls'],
    ['CA_MD_TOO_WEAK', 'tls'],
    ['HOSTNAME_MISMATCH', 'tls'],
    ['HPE_INVALID_CONSTANT', 'protocol'],
    ['UND_ERR_HEADERS_OVERFLOW', 'protocol'],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'protocol'],
    ['ECONNRESET', 'socket'],
    ['EPIPE', 'socket'],
    ['UND_ERR_SOCKET', 'socket'],
    ['UND_ERR_DESTROYED', 'socket'],
  ])('%s: %s', (code, expected) => {
    expect(classify(withCode(code))).toMatchObject({ class: expected, code })
  })

  test('every TLS error with a known cause says what helps', () => {
    expect(classify(withCode('CERT_HAS_EXPIRED'))!.advice).toContain('expired')
    expect(classify(withCode('SELF_SIGNED_CERT_IN_CHAIN'))!.advice).toContain('target.ca')
  })

  test('undici’s own errors are known by what they are', () => {
    expect(classify(new errors.HTTPParserError('Expected HTTP/'))).toMatchObject({ class: 'protocol' })
    expect(classify(new errors.HeadersOverflowError())).toMatchObject({ class: 'protocol' })
    expect(classify(new errors.SocketError('other side closed'))).toEqual({ class: 'socket', code: 'UND_ERR_SOCKET' })
    expect(classify(new errors.SocketError('bad response'))).toMatchObject({ class: 'protocol', advice: expect.any(String) })
  })

  test('of several attempts, one per address, the first counts', () => {
    const both = Object.assign(new AggregateError([withCode('EHOSTUNREACH'), withCode('EMFILE')]), { code: 'ECONNREFUSED' })
    expect(classify(both)).toEqual({ class: 'connect', code: 'EHOSTUNREACH' })
    expect(classify(Object.assign(new AggregateError([new Error('no code')]), { code: 'ECONNREFUSED' }))).toMatchObject({
      code: 'ECONNREFUSED',
    })
  })

  test('any other code is the network’s, whether this version knows it or not', () => {
    expect(classify(Object.assign(withCode('EODD'), { syscall: 'read' }))).toEqual({ class: 'socket', code: 'EODD' })
    expect(classify(withCode('UND_ERR_ODD'))).toEqual({ class: 'socket', code: 'UND_ERR_ODD' })
  })

  test.each([new TypeError('x is not a function'), withCode('ERR_INVALID_ARG_TYPE'), new errors.InvalidArgumentError('path')])(
    'a bug of ours is nobody’s failure: %s',
    (bug) => {
      expect(classify(bug)).toBeUndefined()
    },
  )
})
