import { z } from 'zod';
import { NewAccessToken } from '../auth/access-tokens.ts';
import { AccessTokenId, GivenName, SessionId } from '../auth/schemas.ts';
import { isKnownScope } from '../policy/scopes.ts';
import { parseForm, type FormFields } from './forms.ts';
import { Problem } from './problem.ts';

/** What the forms of the account page ask for. */
export type AccountWish =
  | Readonly<{ do: 'end-device'; id: string }>
  | Readonly<{ do: 'end-others' }>
  | Readonly<{ do: 'end-token'; id: string }>
  | Readonly<{ do: 'make-token'; wanted: z.output<typeof NewAccessToken> }>;

const Nothing = z.strictObject({});
const Device = z.strictObject({ id: SessionId });
const Token = z.strictObject({ id: AccessTokenId });
const TokenForm = z
  .strictObject({
    name: GivenName,
    scopes: z.array(z.string()).refine((scopes) => scopes.length > 0, 'Choose at least one.'),
    expiresInDays: z.coerce.number().optional(),
  })
  .pipe(NewAccessToken);

/**
 * One page, several forms: each says in a hidden field what it does.
 * @throws {Problem} `invalid-request` with one entry per fault.
 */
export function readAccountForm({ do: what, ...fields }: FormFields): AccountWish {
  switch (what) {
    case 'end-device':
      return { do: what, ...parseForm(Device, fields) };
    case 'end-token':
      return { do: what, ...parseForm(Token, fields) };
    case 'end-others':
      parseForm(Nothing, fields);
      return { do: what };
    case 'make-token':
      return { do: what, wanted: parseForm(TokenForm, withScopes(fields)) };
    default:
      throw new Problem('invalid-request', { errors: [{ path: 'do', message: 'is not known here' }] });
  }
}

/** Each right is a box with a name of its own, since a field that comes twice is refused. */
function withScopes(fields: FormFields): Record<string, unknown> {
  const entries = Object.entries(fields);
  return {
    ...Object.fromEntries(entries.filter(([name]) => !isKnownScope(name))),
    scopes: entries.filter(([name]) => isKnownScope(name)).map(([name]) => name),
  };
}
