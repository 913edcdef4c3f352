import { connect } from 'node:net';
import type { Answer, Site } from './actors.ts';

/**
 * Sends bytes as they are: `fetch` repairs or refuses much of what an attacker would write. The site's Host is added
 * unless the lines name one, and the connection is closed after the answer.
 * @param lines the request line and headers, without line ends.
 */
export async function raw(site: Site, lines: readonly string[], body: string | Buffer = ''): Promise<Answer> {
  const { hostname, port, host } = new URL(site.address);
  const [requestLine = '', ...headers] = lines;
  const names = headers.map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
  const head = [
    requestLine,
    ...(names.includes('host') ? [] : [`Host: ${host}`]),
    ...headers,
    ...(names.includes('connection') ? [] : ['Connection: close']),
  ];
  const bytes = Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)]);
  return readAnswer(await exchange(hostname, Number(port), bytes));
}

/** A JSON body with its headers, ready for `raw`. */
export function jsonLines(
  requestLine: string,
  body: string | Buffer,
  more: readonly string[] = [],
): string[] {
  return [
    requestLine,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...more,
  ];
}

function exchange(host: string, port: number, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = connect(port, host, () => socket.write(bytes));
    socket.on('data', (chunk) => received.push(chunk));
    // A server that has answered early may reset what we still send; what it said counts.
    socket.on('error', (error) => (received.length > 0 ? resolve(Buffer.concat(received)) : reject(error)));
    socket.on('close', () => resolve(Buffer.concat(received)));
  });
}

function readAnswer(bytes: Buffer): Answer {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) throw new Error(`not an answer: ${bytes.toString('latin1').slice(0, 200)}`);
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = new Headers(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
  );
  const body = bytes.subarray(end + 4);
  const text = (headers.get('transfer-encoding') === 'chunked' ? unchunked(body) : body).toString('utf8');
  const isJson = /json/.test(headers.get('content-type') ?? '') && text !== '';
  return {
    status: Number(statusLine.split(' ')[1]),
    headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  };
}

function unchunked(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, lineEnd).toString('latin1'), 16);
    if (lineEnd === -1 || !(size > 0)) return Buffer.concat(parts);
    parts.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}
