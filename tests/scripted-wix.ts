import { parseEnvironment, provideEnvironment } from '../src/env.ts';
import { connectClients } from '../src/lib/wix/context.ts';
import { installTransport } from '../src/lib/wix/transport.ts';

/** One call as Wix saw it. */
export type WixCall = Readonly<{
  /** As in `items/query`, behind the name of the area and its version. */
  operation: string;
  /** Whose call it was. */
  authorization: string | null;
  body: WixBody;
}>;

export type WixBody = Readonly<Record<string, unknown>>;

/** What Wix answers to one operation: the body of a 200, or a whole response. */
export type WixAnswer = (body: WixBody) => WixBody | Response | Promise<WixBody | Response>;

export const APP_TOKEN = 'a token of the app';

const ID = '00000000-0000-4000-8000-000000000000';
const VARIABLES = {
  WIX_CLIENT_ID: ID,
  WIX_CLIENT_SECRET: 'a secret',
  WIX_CLIENT_INSTANCE_ID: ID,
  SITE_ORIGIN: 'http://localhost:4321',
  SECRETS_KEY: Buffer.alloc(32, 1).toString('base64'),
};

/**
 * A Wix that knows nothing but its lines, for tests of what is said to it and of what is made of its answers. Where
 * it matters what Wix would do, there is the emulator.
 * @param answers one for each operation; any other is answered 501.
 * @returns the calls so far, but for those that fetch the app's token, and a function that takes it away again.
 */
export function scriptedWix(answers: Readonly<Record<string, WixAnswer>>): {
  calls: WixCall[];
  leave: () => void;
} {
  provideEnvironment(parseEnvironment(VARIABLES, 'offline'));
  connectClients();
  const calls: WixCall[] = [];
  const leave = installTransport({
    timeoutMs: 10_000,
    backend: async (request) => {
      const url = new URL(request.url);
      if (url.pathname.endsWith('/oauth2/token'))
        return Response.json({ access_token: APP_TOKEN, token_type: 'Bearer', expires_in: 3600 });
      const operation = url.pathname.replace(/^\/[\w-]+\/v\d\//, '');
      const body = await bodyOf(request, url);
      calls.push({ operation, authorization: request.headers.get('authorization'), body });
      const answer = await (answers[operation]?.(body) ?? wixError(501, 'UNKNOWN'));
      return answer instanceof Response ? answer : Response.json(answer);
    },
  });
  return { calls, leave };
}

/** A refusal in Wix's own words. */
export function wixError(status: number, code: string): Response {
  const description = `${code}: no`;
  return Response.json(
    { message: description, details: { applicationError: { code, description, data: {} } } },
    { status },
  );
}

/** Short questions go by GET, as base64url in `.r`. */
async function bodyOf(request: Request, url: URL): Promise<WixBody> {
  const asked = url.searchParams.get('.r');
  const text = asked === null ? await request.text() : Buffer.from(asked, 'base64url').toString('utf8');
  return text === '' ? Object.fromEntries(url.searchParams) : (JSON.parse(text) as WixBody);
}
