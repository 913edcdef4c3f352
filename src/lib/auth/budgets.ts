import type { Allowance } from '../store/counters.ts';

/** How much is allowed within which window, in seconds. The README's "Limits on requests" publishes these. */
const TABLE = {
  /** Everything one member asks, by whichever credential. */
  api: [1200, 60],
  /** Everything one address asks without a credential, or with one that is refused. */
  visitor: [1200, 60],
  /** Sign-ins that fail, from one address. All budgets of signing in are whole again within a minute. */
  login: [20, 60],
  /** Sign-ins that fail for one account, from all places together where nobody has signed in to it yet. */
  'login-account': [10, 60],
  /** Sign-ins that fail for one account at a place where somebody has. */
  'login-place': [10, 60],
  /** Accounts made from one address. */
  register: [30, 3600],
  /** Codes from mails, tried from one address… */
  verify: [30, 300],
  /** …and for one sign-in. */
  'verify-code': [5, 900],
  /** Mails to set a new password, asked from one address… */
  reset: [20, 3600],
  /** …and for one account. */
  'reset-account': [3, 3600],
  /** Changes of a password that fail, by one member who is signed in. */
  password: [5, 300],
  /** Sign-ins on Wix's page that are begun, or end without one, from one address. */
  'wix-page': [60, 300],
  /** One-time codes that apps exchange for a session, from one address. */
  token: [60, 300],
} as const satisfies Record<string, readonly [quota: number, windowSeconds: number]>;

export type BudgetName = keyof typeof TABLE;

export type Budget = Allowance & Readonly<{ name: BudgetName }>;

export const budgets = Object.fromEntries(
  Object.entries(TABLE).map(([name, [quota, windowSeconds]]) => [name, { name, quota, windowSeconds }]),
) as Readonly<Record<BudgetName, Budget>>;
