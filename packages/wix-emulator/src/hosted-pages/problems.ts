import { WixError } from '../http/errors.ts';
import { codeOf } from '../identity/errors.ts';
import type { Problems } from './field.ts';

/** Identity errors in words for the person who typed, tied to the field they are about. */
const PROBLEMS: Readonly<Record<string, Problems>> = {
  '-19999': { email: 'Nobody signs in here with this e-mail address.' },
  '-19976': { password: 'This is not the password of this account.' },
  '-19995': { email: 'Somebody signs in with this e-mail address already.' },
  '-19973': { '': 'This account needs a new password. Choose one with “Forgot your password?”.' },
  '-19971': { captcha: 'Tick the box to show that you are not a robot.' },
  '-19958': { '': 'This account is blocked.' },
  '-19990': { code: 'This is not the code we sent.' },
  '-19989': { '': 'The code was mistyped too often, or is too old. Sign in again to get a new one.' },
};

const BY_FIELD: Readonly<Record<string, Problems>> = {
  'loginId.email': { email: 'Write an e-mail address, like ada@example.com.' },
  email: { email: 'Write an e-mail address, like ada@example.com.' },
  password: { password: 'Choose a password of 4 to 100 characters.' },
};

/** What to tell the person; anything that is not about what they typed goes on as the error it is. */
export function problemsOf(error: unknown): Problems {
  if (!(error instanceof WixError)) throw error;
  const { details } = error.body as {
    details?: { validationError?: { fieldViolations?: { field: string }[] } };
  };
  const violated = details?.validationError?.fieldViolations?.[0]?.field;
  const problems = PROBLEMS[codeOf(error) ?? ''] ?? BY_FIELD[violated ?? ''];
  if (!problems) throw error;
  return problems;
}
