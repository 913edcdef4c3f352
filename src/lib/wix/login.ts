import { OAuthStrategy, type IOAuthStrategy, type RegisterParams, type StateMachine } from '@wix/sdk';
import { environment } from '../../env.ts';
import { Problem } from '../http/problem.ts';
import { callWix, isMalformed, malformedFields, refusedByWix, verdictOf } from './call.ts';
import type { MemberTokens } from './member-tokens.ts';
import { exchangeSession } from './session-exchange.ts';
import type { Observation } from './transport.ts';

export type Credentials = Readonly<{ email: string; password: string; captchaToken?: string | undefined }>;
export type NewMember = Credentials & Readonly<{ profile?: MemberProfile | undefined }>;
type MemberProfile = Readonly<Partial<Record<'firstName' | 'lastName' | 'nickname', string | undefined>>>;

/** How far Wix lets somebody in. */
export type LoginOutcome =
  | Readonly<{ state: 'SUCCESS'; tokens: MemberTokens }>
  | Readonly<{ state: 'EMAIL_VERIFICATION_REQUIRED'; stateToken: string }>
  | Readonly<{ state: 'OWNER_APPROVAL_REQUIRED' }>;

/**
 * Signs a member in with e-mail and password, without a browser.
 * dev.wix.com/docs/go-headless/coding/java-script-sdk/visitors-and-members/handle-members-with-custom-login
 * @throws {Problem} `invalid-credentials`, `captcha-required`, `password-reset-required`, `wix-unavailable`, `wix-timeout`.
 */
export function loginMember(credentials: Credentials): Promise<LoginOutcome> {
  return enter((strategy) => strategy.login(toLoginParams(credentials)), 'invalid-credentials');
}

/**
 * Creates a member and signs them in where the site's settings allow it at once.
 * @throws {Problem} `email-already-exists`, `invalid-request`, `captcha-required`, `wix-unavailable`, `wix-timeout`.
 */
export function registerMember({ profile, ...credentials }: NewMember): Promise<LoginOutcome> {
  const params = {
    ...toLoginParams(credentials),
    ...(profile && { profile: profile as RegisterParams['profile'] }),
  } as RegisterParams;
  return enter((strategy) => strategy.register(params), 'invalid-request');
}

/**
 * Completes a sign-in with the code that Wix mailed.
 * @throws {Problem} `invalid-request` when the code or the token is wrong or too old.
 */
export function verifyMember(stateToken: string, verificationCode: string): Promise<LoginOutcome> {
  const state = { loginState: 'EMAIL_VERIFICATION_REQUIRED', data: { stateToken } } as StateMachine;
  return enter(async (strategy, observation) => {
    try {
      return await strategy.processVerification({ verificationCode }, state);
    } catch (error) {
      // Only Wix's own no is about the code; 401 would be about our visitor token.
      const status = observation.lastStatus ?? 0;
      if (status < 400 || status > 499 || status === 401 || !refusedByWix(observation)) throw error;
      throw new Problem('invalid-request', {
        errors: [{ path: 'code', message: 'is wrong or too old' }],
        cause: error,
      });
    }
  }, 'invalid-request');
}

/** The fields of a request that are what somebody typed, and how we call them. */
const CREDENTIALS: ReadonlyMap<string, string> = new Map([
  ['loginId.email', 'email'],
  ['password', 'password'],
]);

/** A strategy of its own for each try: it keeps verification state and tokens inside, so it is never shared. */
async function enter(
  step: (strategy: IOAuthStrategy, observation: Observation) => Promise<StateMachine>,
  otherwise: 'invalid-credentials' | 'invalid-request',
): Promise<LoginOutcome> {
  const strategy = OAuthStrategy({ clientId: environment().WIX_CLIENT_ID });
  return callWix(async (observation) => {
    const answer = await step(strategy, observation).catch((error: unknown) => {
      // The SDK breaks over this. What cannot be an e-mail or a password is not anybody's either.
      const fields = malformedFields(observation);
      if (fields.length === 0 || !fields.every((field) => CREDENTIALS.has(field))) throw error;
      throw refusal({ loginState: 'FAILURE' } as StateMachine, otherwise, fields);
    });
    switch (answer.loginState) {
      case 'SUCCESS':
        return { state: 'SUCCESS', tokens: await exchangeSession(strategy, answer.data.sessionToken) };
      case 'EMAIL_VERIFICATION_REQUIRED':
        return { state: 'EMAIL_VERIFICATION_REQUIRED', stateToken: answer.data.stateToken };
      case 'OWNER_APPROVAL_REQUIRED':
        return { state: 'OWNER_APPROVAL_REQUIRED' };
      default:
        // An outage and nonsense wear the same mask as a wrong password; callWix sees through it, so let it.
        if (!wasJudged(answer)) throw new Error('Wix did not judge the sign-in', { cause: answer });
        throw refusal(answer, otherwise, malformedFields(observation));
    }
  });
}

/** Whether Wix said something about the credentials: the SDK's `invalidEmail` also means "no idea". */
function wasJudged(answer: StateMachine): boolean {
  if ('errorCode' in answer && answer.errorCode !== 'invalidEmail') return true;
  const error = 'error' in answer ? readJson(answer.error) : null;
  return isMalformed(error) || verdictOf(error) !== null;
}

/** The SDK hands errors on as the text of a JSON document. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refusal(
  answer: StateMachine,
  otherwise: 'invalid-credentials' | 'invalid-request',
  fields: readonly string[],
): Problem {
  const errorCode = 'errorCode' in answer ? answer.errorCode : undefined;
  const cause = 'error' in answer ? answer.error : undefined;
  switch (errorCode) {
    case 'missingCaptchaToken':
    case 'invalidCaptchaToken':
      return new Problem('captcha-required', { reason: errorCode, cause });
    case 'resetPassword':
      return new Problem('password-reset-required', { cause });
    case 'emailAlreadyExists':
      return new Problem('email-already-exists', { cause });
    default:
      // Unknown e-mail and wrong password are one answer: which it was is nobody's business.
      return new Problem(otherwise, {
        reason: errorCode ?? 'Wix gave no reason',
        ...(otherwise === 'invalid-request' && unaccepted(fields)),
        cause,
      });
  }
}

/** What Wix demands of a field is Wix's business; which field it was helps whoever filled it in. */
function unaccepted(fields: readonly string[]) {
  const errors = fields.flatMap((field) => {
    const path = CREDENTIALS.get(field);
    return path === undefined ? [] : [{ path, message: 'is not accepted by Wix' }];
  });
  return { detail: 'Wix did not accept these details.', ...(errors.length > 0 && { errors }) };
}

function toLoginParams({ email, password, captchaToken }: Credentials) {
  return {
    email,
    password,
    ...(captchaToken !== undefined && { captchaTokens: { recaptchaToken: captchaToken } }),
  };
}
