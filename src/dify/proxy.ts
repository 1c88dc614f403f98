/** Servers that run the application itself, in a `Server` header. */
const APPLICATION_SERVERS = /^(gunicorn|gevent|werkzeug|uvicorn|hypercorn|granian)\b/i

/** The headers that name a proxy in front of Dify, as they came: `server: nginx, via: 1.1 varnish`. A bare Dify names none, or what it is run by. */
export function namedProxy({ server, via }: Readonly<Record<string, string | undefined>>): string | undefined {
  if (via === undefined && (server === undefined || APPLICATION_SERVERS.test(server))) return undefined
  return [...(server === undefined ? [] : [`server: ${server}`]), ...(via === undefined ? [] : [`via: ${via}`])].join(', ')
}
