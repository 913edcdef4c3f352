import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived: what the client really put on the wire. */
export interface Received {
  method: string;
  /** Path and query, still encoded. */
  url: string;
  headers: IncomingHttpHeaders;
  body: unknown;
}

type Answer = (request: Received, response: ServerResponse) => void;

/** A small Gatehouse in one process: the HTTP contract over three rows, and a way to misbehave for one request. */
export interface FixtureServer {
  origin: string;
  received: Received[];
  last(): Received;
  /** Answers the next request instead of the routes. */
  next(answer: Answer): void;
  close(): Promise<void>;
}

export const ADA = { email: 'ada@example.com', password: 'lovelace-1815' };
export const TOKEN = 'gh_s_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG';
export const MEMBER = { id: 'member-ada', email: ADA.email, emailVerified: true, firstName: 'Ada' };

export interface Row {
  _id: string;
  name: string;
  memberEmail: string;
}

/** Beyond ASCII, and slashes in ids: what has to survive the way through a path. */
const ROWS: Row[] = [
  { _id: 'one', name: 'Analytical Engine', memberEmail: ADA.email },
  { _id: 'two/2', name: 'Zürich', memberEmail: ADA.email },
  { _id: 'three', name: 'Bernoulli', memberEmail: ADA.email },
  { _id: 'four', name: 'Babbage', memberEmail: ADA.email },
  { _id: 'five', name: 'Menabrea', memberEmail: ADA.email },
];

const TITLES: Record<string, [status: number, title: string]> = {
  'invalid-request': [400, 'The request is not valid'],
  unauthenticated: [401, 'Sign in to do this'],
  'invalid-credentials': [401, 'E-mail or password is wrong'],
  forbidden: [403, 'This is not allowed'],
  'not-found': [404, 'There is nothing here'],
  'method-not-allowed': [405, 'This method is not allowed here'],
  'email-already-exists': [409, 'There is already an account with this e-mail'],
  'too-many-requests': [429, 'Too many requests'],
  'wix-unavailable': [503, 'Wix cannot be reached'],
};

export function problem(response: ServerResponse, code: string, more: Record<string, unknown> = {}): void {
  const [status, title] = TITLES[code] ?? [500, 'Something went wrong'];
  const body = {
    type: `/problems/${code}`,
    title,
    status,
    detail: title,
    code,
    requestId: 'request-1',
    ...more,
  };
  response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body));
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** `prefix` is the path that the site is served under, as behind a reverse proxy. */
export async function startFixtureServer(prefix = ''): Promise<FixtureServer> {
  const received: Received[] = [];
  const once: Answer[] = [];
  const server = createServer(async (message, response) => {
    const request = await receive(message);
    received.push(request);
    const answer = once.shift();
    if (answer) answer(request, response);
    else if (!request.url.startsWith(`${prefix}/api/`)) problem(response, 'not-found');
    else route(request, new URL(request.url.slice(prefix.length), 'http://fixture'), response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    last() {
      const request = received.at(-1);
      if (!request) throw new Error('nothing was received');
      return request;
    },
    next(answer) {
      once.push(answer);
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

async function receive(message: IncomingMessage): Promise<Received> {
  let text = '';
  message.setEncoding('utf8');
  for await (const chunk of message) text += String(chunk);
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  return { method: message.method ?? '', url: message.url ?? '', headers: message.headers, body };
}

function route(request: Received, url: URL, response: ServerResponse): void {
  const [, , area, ...rest] = url.pathname.split('/');
  if (area === 'auth') return authRoute(request, rest[0] ?? '', response);
  if (request.headers.authorization !== `Bearer ${TOKEN}`) return problem(response, 'unauthenticated');
  if (area === 'me') return json(response, 200, MEMBER);
  if (area === 'site-properties') return json(response, 200, { siteDisplayName: 'Gatehouse' });
  if (area === 'connections') {
    if (url.searchParams.get('email') !== ADA.email) return problem(response, 'forbidden');
    return json(response, 200, { result: 'ok', items: ROWS });
  }
  if (area !== 'collections') return problem(response, 'not-found');
  const [collection, , ...id] = rest.map((part) => decodeURIComponent(part));
  if (collection === undefined) return json(response, 200, { collections: [DESCRIPTION] });
  if (collection !== DESCRIPTION.name) return problem(response, 'not-found');
  return id[0] === undefined ? listRoute(request, url, response) : itemRoute(request, id[0], response);
}

const DESCRIPTION = {
  name: 'SITConnections',
  fields: [{ name: 'name', type: 'text', required: true, writable: true }],
  actions: ['query', 'insert'],
};

function authRoute({ method, headers, body }: Received, name: string, response: ServerResponse): void {
  if (method !== 'POST') return problem(response, 'method-not-allowed');
  const success = {
    state: 'SUCCESS',
    token: TOKEN,
    tokenType: 'Bearer',
    expiresAt: '2026-12-21T00:00:00Z',
    member: MEMBER,
  };
  const { email, password } = (body ?? {}) as Partial<typeof ADA>;
  if (name === 'logout') {
    if (headers.authorization !== `Bearer ${TOKEN}`) return problem(response, 'unauthenticated');
    response.writeHead(204).end();
    return;
  }
  if (name === 'verify') {
    const { verificationToken, code } = (body ?? {}) as Record<string, unknown>;
    const right = verificationToken === 'verify-me' && code === '123456';
    return right ? json(response, 200, success) : problem(response, 'invalid-request');
  }
  if (email === 'new@example.com') {
    return json(response, 202, { state: 'EMAIL_VERIFICATION_REQUIRED', verificationToken: 'verify-me' });
  }
  if (email === 'approval@example.com') return json(response, 202, { state: 'OWNER_APPROVAL_REQUIRED' });
  if (name === 'register') {
    return email === ADA.email ? problem(response, 'email-already-exists') : json(response, 201, success);
  }
  if (email !== ADA.email || password !== ADA.password) return problem(response, 'invalid-credentials');
  return json(response, 200, success);
}

function listRoute({ method, body }: Received, url: URL, response: ServerResponse): void {
  if (method === 'POST')
    return json(response, 201, { _id: 'new', memberEmail: ADA.email, ...(body as object) });
  if (method !== 'GET') return problem(response, 'method-not-allowed');
  const limit = Number(url.searchParams.get('limit') ?? 20);
  if (!Number.isInteger(limit) || limit < 1) {
    return problem(response, 'invalid-request', {
      errors: [{ path: 'limit', message: 'must be at least 1' }],
    });
  }
  const start = Number(url.searchParams.get('cursor') ?? 0);
  const end = start + limit;
  const page = end < ROWS.length ? { limit, next: String(end) } : { limit };
  const fields = url.searchParams.get('fields')?.split(',');
  const items = ROWS.slice(start, end).map((row) =>
    Object.fromEntries(
      Object.entries(row).filter(([name]) => name === '_id' || !fields || fields.includes(name)),
    ),
  );
  return json(response, 200, { items, page });
}

function itemRoute({ method, body }: Received, id: string, response: ServerResponse): void {
  const row = ROWS.find((candidate) => candidate._id === id);
  if (!row) return problem(response, 'not-found');
  if (method === 'GET') return json(response, 200, row);
  if (method === 'PATCH') return json(response, 200, { ...row, ...(body as object) });
  if (method !== 'DELETE') return problem(response, 'method-not-allowed');
  response.writeHead(204).end();
}
