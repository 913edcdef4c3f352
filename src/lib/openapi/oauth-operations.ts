import { z } from 'zod';
import { CodeExchange } from '../auth/schemas.ts';
import { TokenAnswer, TokenFailure } from './answers.ts';
import type { Answer, Operation, Parameter } from './operation.ts';

const TAG = 'Native apps';

const PAGE: Answer = { description: 'A page for people.', schema: z.string(), mediaType: 'text/html' };
const REFUSED: Answer = { ...PAGE, description: 'A page that says why not.' };
const ONWARD: Answer = { description: 'On to the app, to the sign-in page, or back.', headers: ['Location'] };
const PAGES = { 200: PAGE, 303: ONWARD, 400: REFUSED, 403: REFUSED, 405: REFUSED, 429: REFUSED };
const WIX_PAGES = { 401: REFUSED, 502: REFUSED, 503: REFUSED, 504: REFUSED };

const failed = (description: string): Answer => ({
  description,
  schema: TokenFailure,
  example: { error: 'invalid_grant', error_description: 'the code was used before' },
});

const asked = (name: string, description: string, required: boolean): Parameter => ({
  name,
  in: 'query',
  required,
  description,
  schema: { type: 'string' },
});

/** RFC 6749 §4.1.1, RFC 7636 §4.3. */
const AUTHORIZATION: readonly Parameter[] = [
  asked('response_type', 'code', true),
  asked('redirect_uri', 'One of APP_REDIRECT_URIS.', true),
  asked('code_challenge', 'BASE64URL of the SHA-256 of the verifier.', true),
  asked('code_challenge_method', 'S256', true),
  asked('state', 'Comes back as it is.', false),
  asked('client_id', 'What the app calls itself.', false),
];

/** Sign-in by the system's browser: two pages for people, and the endpoint where an app takes its token. */
export const oauthOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/auth/authorize',
    id: 'authorize',
    tag: TAG,
    summary: 'Ask whether an app may sign in as who is signed in here',
    access: 'anybody',
    parameters: AUTHORIZATION,
    answers: PAGES,
  },
  {
    method: 'post',
    path: '/api/auth/authorize',
    id: 'decideAuthorization',
    tag: TAG,
    summary: 'The answer of the person, sent by that page',
    access: 'anybody',
    parameters: AUTHORIZATION,
    body: {
      schema: z.strictObject({ decision: z.enum(['allow', 'deny']) }),
      example: { decision: 'allow' },
      mediaType: 'application/x-www-form-urlencoded',
    },
    answers: { ...PAGES, ...WIX_PAGES },
  },
  {
    method: 'get',
    path: '/api/auth/callback',
    id: 'returnFromWix',
    tag: TAG,
    summary: 'Where Wix’s own sign-in page sends a browser back to',
    access: 'anybody',
    asksWix: true,
    parameters: [
      asked('code', 'From Wix.', false),
      asked('state', 'Of the attempt.', false),
      asked('error', 'Why not.', false),
    ],
    answers: { ...PAGES, ...WIX_PAGES },
  },
  {
    method: 'post',
    path: '/api/auth/token',
    id: 'exchangeCode',
    tag: TAG,
    summary: 'Exchange a one-time code for a session',
    description: 'Failures have the shape that RFC 6749 §5.2 gives them.',
    access: 'anybody',
    asksWix: true,
    body: {
      schema: CodeExchange.extend({ grant_type: z.literal('authorization_code') }),
      example: {
        grant_type: 'authorization_code',
        code: '…',
        redirect_uri: 'http://127.0.0.1:50123/signed-in',
        code_verifier: '…',
      },
      mediaType: 'application/x-www-form-urlencoded',
    },
    answers: {
      200: {
        description: 'RFC 6749 §5.1.',
        schema: TokenAnswer,
        example: {
          access_token: 'gh_s_…',
          token_type: 'Bearer',
          expires_in: 2_592_000,
          member: {
            id: '1815ada0-1210-4000-8000-000000000001',
            email: 'ada@example.com',
            emailVerified: true,
            nickname: 'Ada',
            firstName: 'Ada',
            lastName: 'Lovelace',
          },
        },
      },
      400: failed('The code, the verifier or the form is not right.'),
      401: failed('The app tried to prove itself, which none can here.'),
      429: failed('Too many codes.'),
      500: failed('Something went wrong.'),
      502: failed('Wix refused.'),
      503: failed('Wix or the database cannot be reached.'),
      504: failed('Wix did not answer in time.'),
    },
  },
];
