import { expect, test } from 'vitest'
import { namedProxy } from '../../src/dify/proxy.ts'

test.each([
  [{}, undefined],
  [{ server: 'gunicorn' }, undefined],
  [{ server: 'gunicorn/23.0.0' }, undefined],
  [{ server: 'nginx/1.27' }, 'server: nginx/1.27'],
  [{ server: 'cloudflare', via: '1.1 edge' }, 'server: cloudflare, via: 1.1 edge'],
  [{ server: 'gunicorn', via: '1.1 edge' }, 'server: gunicorn, via: 1.1 edge'],
])('of an answer with the headers %o the proxy in front is %s', (headers, named) => expect(namedProxy(headers)).toBe(named))
