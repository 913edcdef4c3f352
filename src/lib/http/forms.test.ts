import { beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { visitor } from '../auth/actor.ts';
import { Email, Password } from '../auth/schemas.ts';
import { logProblem } from '../log.ts';
import { policies } from '../policy/collections.ts';
import { insertSchema, patchSchema } from '../policy/item-schema.ts';
import { changedFields, parseForm, readForm, submitted, toItemFields, withoutBlanks } from './forms.ts';
import { Problem } from './problem.ts';

vi.mock('../log.ts', () => ({ logProblem: vi.fn() }));

const address = 'http://localhost/login';
const urlencoded = 'application/x-www-form-urlencoded';

function posted(body: BodyInit, contentType?: string): Request {
  return new Request(address, {
    method: 'POST',
    body,
    ...(contentType && { headers: { 'content-type': contentType } }),
  });
}

/** Gives the Problem that `work` throws. */
async function problemOf(work: () => unknown): Promise<Problem> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('readForm', () => {
  test('reads what browsers send, in both of their ways', async () => {
    const typed = { email: 'ada@example.com', notes: 'Grüße & more\n=2' };
    const multipart = new FormData();
    for (const [name, value] of Object.entries(typed)) multipart.append(name, value);
    expect({ ...(await readForm(posted(new URLSearchParams(typed)))) }).toEqual(typed);
    expect({ ...(await readForm(posted(multipart))) }).toEqual(typed);
    expect({ ...(await readForm(posted('a=b', `${urlencoded.toUpperCase()}; charset=utf-8`))) }).toEqual({
      a: 'b',
    });
    expect({ ...(await readForm(posted('', urlencoded))) }).toEqual({});
  });

  test('turns the line breaks of a text area back into what the length was counted in', async () => {
    expect(await readForm(posted('notes=one%0D%0Atwo', urlencoded))).toMatchObject({ notes: 'one\ntwo' });
  });

  test.each(['text/plain', 'application/json', '', `${urlencoded}x`])('refuses the type %j', async (type) => {
    const request = posted(new Uint8Array([97]), type);
    expect(await problemOf(() => readForm(request))).toMatchObject({ code: 'unsupported-media-type' });
  });

  test('refuses a field that comes twice', async () => {
    const problem = await problemOf(() => readForm(posted('email=a&email=b', urlencoded)));
    expect(problem).toMatchObject({ code: 'invalid-request', errors: [{ path: 'email' }] });
  });

  test('refuses a file', async () => {
    const form = new FormData();
    form.append('notes', new File(['x'], 'x.txt'));
    expect(await problemOf(() => readForm(posted(form)))).toMatchObject({ errors: [{ path: 'notes' }] });
  });

  test('refuses a form that was cut off', async () => {
    const request = posted(
      '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb',
      'multipart/form-data; boundary=x',
    );
    expect(await problemOf(() => readForm(request))).toMatchObject({ code: 'invalid-request' });
  });

  test('takes 64 kB, and not a byte more, whatever Content-Length says', async () => {
    const limit = 64 * 1024;
    const streamed = (size: number) =>
      new Request(address, {
        method: 'POST',
        headers: { 'content-type': urlencoded },
        body: new Blob(['a='.padEnd(size, 'x')]).stream(),
        duplex: 'half',
      } as RequestInit);
    expect((await readForm(streamed(limit)))['a']).toHaveLength(limit - 2);
    expect(await problemOf(() => readForm(streamed(limit + 1)))).toMatchObject({ code: 'payload-too-large' });
    const claimed = posted('a=b', urlencoded);
    claimed.headers.set('content-length', String(limit + 1));
    expect(await problemOf(() => readForm(claimed))).toMatchObject({ code: 'payload-too-large' });
  });

  test('gives names like __proto__ no meaning', async () => {
    const fields = await readForm(posted('__proto__=x&constructor=y', urlencoded));
    expect(Object.keys(fields)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('parseForm', () => {
  const Form = z.strictObject({ email: Email, password: Password });

  test('says in words what is wrong with each field', async () => {
    const { errors } = await problemOf(() => parseForm(Form, { email: 'nobody', role: 'admin' }));
    expect(errors).toEqual([
      { path: 'email', message: 'is not an e-mail address' },
      { path: 'password', message: 'Fill this in.' },
      { path: 'role', message: 'is not known here' },
    ]);
  });

  test('gives the values of a form that is right', () => {
    const values = parseForm(Form, { email: ' Ada@Example.com ', password: 'lovelace-1815' });
    expect(values).toEqual({ email: 'ada@example.com', password: 'lovelace-1815' });
  });
});

describe('fields of an item', () => {
  const policy = policies.SITConnections;

  test('a day becomes the instant it begins, and what was left empty is not sent', () => {
    const fields = withoutBlanks({ name: 'Mary', company: '  ', lastContact: '2026-03-02' });
    expect(parseForm(insertSchema(policy), toItemFields(fields, policy))).toEqual({
      name: 'Mary',
      lastContact: new Date('2026-03-02T00:00:00Z'),
    });
  });

  test('a field that was emptied becomes null, but a name is needed', async () => {
    const emptied = toItemFields({ company: '' }, policy);
    expect(parseForm(patchSchema(policy), emptied)).toEqual({ company: null });
    const { errors } = await problemOf(() =>
      parseForm(patchSchema(policy), toItemFields({ name: ' ' }, policy)),
    );
    expect(errors).toEqual([{ path: 'name', message: 'Fill this in.' }]);
  });

  test('what is no day is told so', async () => {
    const fields = toItemFields({ lastContact: 'yesterday' }, policy);
    const { errors } = await problemOf(() => parseForm(patchSchema(policy), fields));
    expect(errors).toEqual([{ path: 'lastContact', message: 'Give a date such as 2026-03-21.' }]);
  });

  test('the owner cannot be named in a form', async () => {
    const fields = toItemFields({ name: 'Mary', memberEmail: 'grace@example.com' }, policy);
    const { errors } = await problemOf(() => parseForm(insertSchema(policy), fields));
    expect(errors).toEqual([{ path: 'memberEmail', message: 'is not known here' }]);
  });

  test('only what differs from what was shown is a change', () => {
    const shown = { name: 'Mary', company: '', notes: 'one' };
    expect(changedFields({ name: 'Mary', company: 'RAS', notes: '', more: '' }, shown)).toEqual({
      company: 'RAS',
      notes: '',
    });
  });
});

describe('submitted', () => {
  const locals = {
    requestId: 'request-1',
    client: '192.0.2.1',
    actor: visitor,
    refusal: null,
    problem: null,
    formTargets: [],
  };
  const run = (request: Request, work: () => Promise<string>) =>
    submitted({ request, locals, url: new URL(address) }, work);
  const typed = () => posted('email=ada%40example.com&password=lovelace-1815', urlencoded);
  beforeEach(() => void vi.mocked(logProblem).mockReset());

  test('does nothing until the form is posted', async () => {
    const work = vi.fn(() => Promise.resolve('done'));
    expect(await run(new Request(address), work)).toMatchObject({
      outcome: undefined,
      failure: null,
      status: 200,
    });
    expect(work).not.toHaveBeenCalled();
  });

  test('gives what the work came to', async () => {
    expect(await run(typed(), () => Promise.resolve('done'))).toMatchObject({ outcome: 'done', status: 200 });
  });

  test('keeps what was typed, but never the password, in answer or log', async () => {
    const form = await run(typed(), () => Promise.reject(new Problem('invalid-credentials')));
    expect(form).toMatchObject({ failure: 'E-mail or password is wrong', status: 401, outcome: undefined });
    expect(form.values).toEqual({ email: 'ada@example.com' });
    const where = { id: 'request-1', method: 'POST', path: '/login' };
    expect(logProblem).toHaveBeenCalledExactlyOnceWith(expect.any(Problem), where);
    const told = vi.mocked(logProblem).mock.lastCall;
    expect(JSON.stringify([form, told, told?.[0].message])).not.toContain('lovelace-1815');
  });

  test('puts each message under its field, the first one only', async () => {
    const errors = [
      { path: 'code', message: 'is wrong or too old' },
      { path: 'code', message: 'is short' },
    ];
    const form = await run(typed(), () => Promise.reject(new Problem('invalid-request', { errors })));
    expect(form).toMatchObject({ status: 400, errors: { code: 'This is wrong or too old.' } });
  });

  test('shows an outage in the form, with the time to come back', async () => {
    const outage = new Problem('wix-unavailable', {
      detail: 'Try again later.',
      headers: { 'retry-after': '7' },
    });
    const form = await run(typed(), () => Promise.reject(outage));
    expect(form).toMatchObject({ status: 503, failure: 'Try again later.', headers: { 'retry-after': '7' } });
  });

  test.each(['forbidden', 'not-found', 'unauthenticated'] as const)('lets %s go on', async (code) => {
    const thrown = new Problem(code);
    await expect(run(typed(), () => Promise.reject(thrown))).rejects.toBe(thrown);
  });

  test('lets what was not thrown on purpose go on as it is', async () => {
    const thrown = new TypeError('x is not a function');
    await expect(run(typed(), () => Promise.reject(thrown))).rejects.toBe(thrown);
  });
});
