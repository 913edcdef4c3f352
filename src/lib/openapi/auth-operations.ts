import { z } from 'zod';
import { NewAccessToken } from '../auth/access-tokens.ts';
import { Login, PasswordChange, PasswordReset, Registration, Verification } from '../auth/schemas.ts';
import { AccessToken, MadeAccessToken, Session, SignedIn, SignInPending } from './answers.ts';
import type { Operation, Parameter } from './operation.ts';

const SIGNING_IN = 'Signing in';
const DEVICES = 'Devices and access tokens';

const AT = '2026-11-24T09:00:00.000Z';
const LATER = '2026-12-24T09:00:00.000Z';

const SIGNED_IN = {
  schema: SignedIn,
  example: {
    state: 'SUCCESS',
    token: 'gh_s_…',
    tokenType: 'Bearer',
    expiresAt: LATER,
    member: {
      id: '1815ada0-1210-4000-8000-000000000001',
      email: 'ada@example.com',
      emailVerified: true,
      nickname: 'Ada',
      firstName: 'Ada',
      lastName: 'Lovelace',
    },
  },
};

const PENDING = {
  description: 'What has to happen first.',
  schema: SignInPending,
  example: { state: 'EMAIL_VERIFICATION_REQUIRED', verificationToken: '…' },
};

const ACCESS_TOKEN = {
  id: '6f1c8a52-5b7e-4d0e-9a43-0f5f4e7c2b11',
  name: 'Nightly export',
  prefix: 'gh_pat_Ab3d',
  scopes: ['SITConnections:query'],
  createdAt: AT,
  expiresAt: LATER,
  lastUsedAt: null,
};

const idParameter = (schema: Parameter['schema']): Parameter => ({
  name: 'id',
  in: 'path',
  required: true,
  ...(schema && { schema }),
});

export const authOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/api/auth/login',
    id: 'login',
    tag: SIGNING_IN,
    summary: 'Sign in with e-mail and password',
    description: 'A wrong password and an unknown e-mail are answered alike.',
    access: 'anybody',
    asksWix: true,
    body: {
      schema: Login,
      example: { email: 'ada@example.com', password: 'lovelace-1815', device: 'My laptop' },
    },
    answers: { 200: { description: 'Signed in.', ...SIGNED_IN }, 202: PENDING },
    problems: ['invalid-credentials', 'password-reset-required', 'captcha-required'],
  },
  {
    method: 'post',
    path: '/api/auth/register',
    id: 'register',
    tag: SIGNING_IN,
    summary: 'Make an account',
    access: 'anybody',
    asksWix: true,
    body: {
      schema: Registration,
      example: {
        email: 'mary@example.com',
        password: 'a sentence is better',
        profile: { firstName: 'Mary' },
      },
    },
    answers: { 201: { description: 'Made, and signed in.', ...SIGNED_IN }, 202: PENDING },
    problems: ['email-already-exists', 'captcha-required', 'invalid-credentials', 'password-reset-required'],
  },
  {
    method: 'post',
    path: '/api/auth/verify',
    id: 'verify',
    tag: SIGNING_IN,
    summary: 'Finish a sign-in with the code from the mail',
    access: 'anybody',
    asksWix: true,
    body: { schema: Verification, example: { verificationToken: '…', code: '123456' } },
    answers: { 200: { description: 'Signed in.', ...SIGNED_IN }, 202: PENDING },
    problems: ['invalid-credentials', 'captcha-required', 'password-reset-required'],
  },
  {
    method: 'post',
    path: '/api/auth/logout',
    id: 'logout',
    tag: SIGNING_IN,
    summary: 'Sign out',
    description: 'The token that asks is dead from here on, also an access token.',
    access: 'member',
    answers: { 204: { description: 'Signed out.' } },
  },
  {
    method: 'post',
    path: '/api/auth/password-reset',
    id: 'requestPasswordReset',
    tag: SIGNING_IN,
    summary: 'Ask for a mail to choose a new password',
    access: 'anybody',
    asksWix: true,
    body: { schema: PasswordReset, example: { email: 'ada@example.com' } },
    answers: {
      202: {
        description: 'Whether the e-mail belongs to somebody or not.',
        schema: z.strictObject({ state: z.literal('PASSWORD_RESET_REQUESTED') }),
        example: { state: 'PASSWORD_RESET_REQUESTED' },
      },
    },
    problems: ['captcha-required'],
  },
  {
    method: 'post',
    path: '/api/auth/password',
    id: 'changePassword',
    tag: SIGNING_IN,
    summary: 'Change one’s own password',
    description: 'Every other session and all access tokens end.',
    access: 'session',
    asksWix: true,
    body: {
      schema: PasswordChange,
      example: { currentPassword: 'lovelace-1815', newPassword: 'a sentence is better' },
    },
    answers: { 204: { description: 'Changed.' } },
    problems: ['captcha-required', 'password-reset-required'],
  },
  {
    method: 'get',
    path: '/api/auth/sessions',
    id: 'listSessions',
    tag: DEVICES,
    summary: 'One’s own signed-in devices, a hundred at most',
    access: 'session',
    answers: {
      200: {
        description: 'The one that asks, then the others, the last used first.',
        schema: z.strictObject({ sessions: z.array(Session) }),
        example: {
          sessions: [
            {
              id: 'a'.repeat(64),
              device: 'My laptop',
              createdAt: AT,
              lastSeenAt: AT,
              expiresAt: LATER,
              current: true,
            },
          ],
        },
      },
    },
  },
  {
    method: 'delete',
    path: '/api/auth/sessions',
    id: 'endOtherSessions',
    tag: DEVICES,
    summary: 'Sign out everywhere else',
    access: 'session',
    answers: { 204: { description: 'All other sessions and all access tokens have ended.' } },
  },
  {
    method: 'delete',
    path: '/api/auth/sessions/{id}',
    id: 'endSession',
    tag: DEVICES,
    summary: 'Sign out one device',
    access: 'session',
    parameters: [idParameter({ type: 'string', pattern: String.raw`^[\da-f]{64}$` })],
    answers: { 204: { description: 'Ended.' } },
    problems: ['not-found'],
  },
  {
    method: 'get',
    path: '/api/auth/access-tokens',
    id: 'listAccessTokens',
    tag: DEVICES,
    summary: 'One’s own access tokens',
    access: 'session',
    answers: {
      200: {
        description: 'Those that live, the newest first.',
        schema: z.strictObject({ accessTokens: z.array(AccessToken) }),
        example: { accessTokens: [ACCESS_TOKEN] },
      },
    },
  },
  {
    method: 'post',
    path: '/api/auth/access-tokens',
    id: 'createAccessToken',
    tag: DEVICES,
    summary: 'Make an access token for a program',
    description: 'It ends after 90 days unless `expiresInDays` or `expiresAt` says otherwise.',
    access: 'session',
    asksWix: true,
    body: {
      schema: NewAccessToken,
      example: { name: 'Nightly export', scopes: ['SITConnections:query'], expiresInDays: 30 },
    },
    answers: {
      201: {
        description: 'Made.',
        schema: MadeAccessToken,
        example: { ...ACCESS_TOKEN, token: 'gh_pat_…' },
        headers: ['Location'],
      },
    },
  },
  {
    method: 'delete',
    path: '/api/auth/access-tokens/{id}',
    id: 'endAccessToken',
    tag: DEVICES,
    summary: 'End an access token',
    access: 'session',
    parameters: [idParameter({ type: 'string', format: 'uuid' })],
    answers: { 204: { description: 'Ended.' } },
    problems: ['not-found'],
  },
];
