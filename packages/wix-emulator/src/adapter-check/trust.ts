import { createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import type { AdapterAnswer } from '../external-databases/transport.ts';
import type { Line } from './line.ts';
import { expectThat } from './report.ts';
import type { Report } from './report.ts';

const AREA = 'Who may ask';

type Signing = Readonly<{ privateKey: KeyObject; appId: string; instanceId: string }>;

/** Bodies that are not Wix's, and one reason each. A request for capabilities harms nobody if it is answered. */
export async function checkSignatures(report: Report, line: Line, signing: Signing): Promise<void> {
  const { privateKey, appId, instanceId } = signing;
  const now = Math.floor(Date.now() / 1000);
  const metadata = {
    requestId: randomUUID(),
    instanceId,
    identity: { identityType: 'APP', appId },
    appExtensionType: 'EXTERNAL_DATABASE_PROVIDER',
  };
  const claims = (changes: object = {}) => ({
    data: { request: {}, metadata },
    iss: 'wix.com',
    aud: appId,
    iat: now,
    exp: now + 60,
    ...changes,
  });
  const signed = (payload: object, key: KeyObject | Uint8Array = privateKey, alg = 'RS256') =>
    new SignJWT({ ...payload }).setProtectedHeader({ alg, typ: 'JWT' }).sign(key);
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
  const publicPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }) as string;
  const whole = await signed(claims());
  const [header = '', , signature = ''] = whole.split('.');
  const forged = Buffer.from(JSON.stringify(claims({ data: { request: {}, metadata: {} } }))).toString(
    'base64url',
  );

  const bodies: [string, string][] = [
    ['a body that is not signed but JSON', JSON.stringify(claims())],
    ['an empty body', ''],
    ['alg none', new UnsecuredJWT({ ...claims() }).encode()],
    ['HS256 with the public key as its secret', await signed(claims(), Buffer.from(publicPem), 'HS256')],
    ['another key', await signed(claims(), stranger)],
    ['another algorithm of the same key', await signed(claims(), privateKey, 'RS512')],
    ['a payload that was changed after it was signed', `${header}.${forged}.${signature}`],
    ['another audience', await signed(claims({ aud: randomUUID() }))],
    ['no audience', await signed(claims({ aud: undefined }))],
    ['another issuer', await signed(claims({ iss: 'wix.example' }))],
    ['a token that has expired', await signed(claims({ iat: now - 7_200, exp: now - 3_600 }))],
    ['a token that never expires', await signed(claims({ exp: undefined }))],
    ['a token of the future', await signed(claims({ iat: now + 3_600, exp: now + 7_200 }))],
  ];
  for (const [what, body] of bodies) {
    await report.check(AREA, `refuses ${what}`, async () =>
      expectUnauthorized(await line.post('v3/capabilities/get', body, 'text/plain;charset=UTF-8')),
    );
  }
  await report.check(AREA, 'reads the body as text, whatever its content type says', async () => {
    const { status } = await line.post('v3/capabilities/get', whole, 'application/json');
    expectThat(status === 200, `a signed body sent as application/json was answered with ${status}`);
  });
}

type Send = (path: string, body: object) => Promise<AdapterAnswer>;

/** Legacy: one secret, in the settings of the context. */
export async function checkSecrets(
  report: Report,
  send: Send,
  context: object,
  secretKey: string,
): Promise<void> {
  const contexts: [string, object | undefined][] = [
    ['a wrong secret', { ...context, settings: { secretKey: `${secretKey}x` } }],
    ['a secret of the same length', { ...context, settings: { secretKey: '#'.repeat(secretKey.length) } }],
    ['an empty secret', { ...context, settings: { secretKey: '' } }],
    ['a secret that is no text', { ...context, settings: { secretKey: true } }],
    ['no secret', { ...context, settings: {} }],
    ['no settings', { ...context, settings: undefined }],
    ['no context', undefined],
  ];
  for (const [what, requestContext] of contexts) {
    await report.check(AREA, `refuses ${what}`, async () => {
      const { status } = await send('schemas/list', { requestContext });
      expectThat(status === 401 || status === 400, `it answered ${status}`);
    });
  }
  await report.check(
    AREA,
    'asks provision for the secret, so that the owner hears at once of a wrong one',
    async () => {
      const { status } = await send('provision', {
        requestContext: { ...context, settings: { secretKey: 'wrong' } },
      });
      expectThat(status !== 200, 'a connection with a wrong secret would be saved');
    },
  );
}

function expectUnauthorized({ status }: AdapterAnswer): void {
  expectThat(status === 401, `it answered ${status}, not 401`);
}
