import { expect } from 'vitest';
import { undocumented } from './documented.ts';
import { network } from './harness.ts';

/** The demo people; see the emulator's seed. */
export const people = {
  ada: { email: 'ada@example.com', password: 'lovelace-1815' },
  grace: { email: 'grace@example.com', password: 'hopper-1906' },
  /** Signed up, but never clicked the link in the mail. */
  alan: { email: 'alan@example.com', password: 'turing-1936' },
  owner: { email: 'owner@example.com', password: 'keeper-2024' },
} as const;

export type Person = keyof typeof people;

/** Where a site answers. */
export type Site = Readonly<{ address: string }>;

/** An answer, read once. */
export type Answer = Readonly<{
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; `undefined` when there is none. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests reach into bodies and assert what they find
  body: any;
}>;

/** Somebody who sends requests to a site. */
export type Actor = Readonly<{
  name: string;
  get: (path: string) => Promise<Answer>;
  post: (path: string, body?: unknown) => Promise<Answer>;
  patch: (path: string, body?: unknown) => Promise<Answer>;
  delete: (path: string) => Promise<Answer>;
  /** Anything else: raw bodies, odd methods, more headers. */
  send: (path: string, init: RequestInit) => Promise<Answer>;
}>;

export function asVisitor(site: Site): Actor {
  return actor(site, 'a visitor', {});
}

/** A member's app: a bearer token, and no cookie. */
export async function asMobileApp(site: Site, person: Person): Promise<Actor> {
  return asBearer(site, person, await tokenOf(site, people[person]));
}

/** A member in a browser: the cookie, and the headers a browser adds by itself. */
export async function asMember(site: Site, person: Person): Promise<Actor> {
  const token = await tokenOf(site, people[person]);
  const headers = {
    cookie: `__Host-gatehouse=${token}`,
    origin: site.address,
    'sec-fetch-site': 'same-origin',
  };
  return actor(site, `${person} in a browser`, headers);
}

/** A member's script: an access token made for these scopes and nothing else. */
export async function asScript(site: Site, person: Person, scopes: readonly string[]): Promise<Actor> {
  const { token } = await accessTokenOf(await asMobileApp(site, person), scopes);
  return asBearer(site, `${person}'s script`, token);
}

/** Makes an access token for a member who is signed in. */
export async function accessTokenOf(
  member: Actor,
  scopes: readonly string[],
): Promise<{ id: string; token: string }> {
  const answer = await member.post('/api/auth/access-tokens', { name: 'A script', scopes });
  expect(answer.status, answer.text).toBe(201);
  return answer.body as { id: string; token: string };
}

/** Whoever holds this token, valid or not. */
export function asBearer(site: Site, name: string, token: string): Actor {
  return actor(site, name, { authorization: `Bearer ${token}` });
}

/** Somebody with headers of their own making. */
export function actor(site: Site, name: string, headers: Record<string, string>): Actor {
  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await network(site.address + path, {
      redirect: 'manual',
      ...init,
      headers: { ...headers, ...(init.headers as Record<string, string> | undefined) },
    });
    const text = await response.text();
    const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '');
    const answer: Answer = {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
    expectDocumented(path, init, answer);
    return answer;
  };
  const write = (method: string) => (path: string, body?: unknown) =>
    send(path, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
  return {
    name,
    get: (path) => send(path, {}),
    post: write('POST'),
    patch: write('PATCH'),
    delete: write('DELETE'),
    send,
  };
}

/** Signs in over the API, as an app does. */
export async function tokenOf(site: Site, credentials: { email: string; password: string }): Promise<string> {
  const { email, password } = credentials;
  const answer = await asVisitor(site).post('/api/auth/login', { email, password });
  expect(answer.status, answer.text).toBe(200);
  return answer.body.token as string;
}

/** The answer is this problem, in the shape every problem has. */
export function expectProblem(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, code: answer.body?.code }, answer.text).toEqual({ status, code });
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body).toMatchObject({
    type: `/problems/${code}`,
    status,
    title: expect.any(String),
    detail: expect.any(String),
    requestId: answer.headers.get('x-request-id'),
  });
  if (status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
}

/** What was asked and what came back is as /api/openapi.json has it: every test of the API is one of the document. */
function expectDocumented(path: string, { method = 'GET', body }: RequestInit, answer: Answer): void {
  const faults = undocumented({
    method,
    path,
    sent: typeof body === 'string' ? jsonIn(body) : undefined,
    status: answer.status,
    mediaType: answer.headers.get('content-type')?.split(';')[0],
    body: answer.body ?? answer.text,
  });
  expect(faults, `${method} ${path} ${answer.status}, next to the OpenAPI document`).toEqual([]);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A body without what may differ between two requests. */
export function withoutRequestId({ body }: Answer): unknown {
  const { requestId: _, ...rest } = body as Record<string, unknown>;
  return rest;
}
