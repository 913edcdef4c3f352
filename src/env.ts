import { isIP } from 'node:net';
import { z } from 'zod';
import { readPublicKeys } from './lib/external-database/v3/keys.ts';
import { provided } from './provided.ts';

const Port = z.coerce.number().int().min(0).max(65_535);

/** An origin without path, so that comparing with the Origin header is comparing strings. RFC 6454 §7. */
const Origin = z
  .url({ protocol: /^https?$/ })
  .refine(
    (value) => URL.canParse(value) && new URL(value).origin === value,
    'must be an origin such as https://www.example.com, without a path',
  );

/** 256 bits, so that a key cannot be guessed; base64 is how people pass bytes through environments. */
const Key = z
  .base64()
  .refine((value) => Buffer.from(value, 'base64').length === 32, 'must be 32 bytes in base64');

/** Several values in one variable, separated by commas. */
const list = <Entry extends z.ZodType<string, string>>(entry: Entry) =>
  z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .pipe(z.array(entry));

/** An address or a network in CIDR notation, RFC 4632 §3.1 and RFC 4291 §2.3. */
const Network = z.string().refine((text) => {
  const [address = '', bits = '0', ...rest] = text.split('/');
  const version = isIP(address);
  return (
    version !== 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)
  );
}, 'must be addresses or networks such as 10.0.0.0/8, separated by commas');

/**
 * Where a native app takes its code: a scheme of its own (RFC 8252 §7.1), an https address that it claims (§7.2), or a
 * loopback address, whose port is free (§7.3).
 */
const AppRedirectUri = z.string().refine((text) => {
  if (!URL.canParse(text) || text.includes('#') || !/^[!-[\]-~]+$/.test(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  if (protocol === 'https:') return true;
  if (protocol === 'http:') return ['127.0.0.1', '[::1]'].includes(hostname);
  return protocol.includes('.');
}, 'must be redirect URIs such as com.example.app:/signed-in, https://app.example.com/signed-in or http://127.0.0.1/signed-in, separated by commas');

/** RSA public keys, as PEM or as base64 of it. */
const PublicKeys = z.string().transform((text, context) => {
  try {
    return readPublicKeys(text);
  } catch (error) {
    const reason =
      error instanceof Error && error.message.startsWith('holds') ? error.message : 'holds no public key';
    context.addIssue({ code: 'custom', message: reason });
    return z.NEVER;
  }
});

const Variables = z.object({
  WIX_CLIENT_ID: z.uuid(),
  WIX_CLIENT_SECRET: z.string().min(8),
  WIX_CLIENT_INSTANCE_ID: z.uuid(),
  WIX_CLIENT_PUBLIC_KEY: PublicKeys.optional(),
  SITE_ORIGIN: Origin,
  SECRETS_KEY: Key,
  /** Keys that were `SECRETS_KEY` before, newest first, or are about to be: they open what they sealed, and seal nothing. */
  PREVIOUS_SECRETS_KEYS: list(Key),
  /** Our own database; without it, a SQLite file under DATA_DIR. */
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be postgres://user:password@host:port/name' })
    .optional(),
  /** Connections that one process opens to PostgreSQL at most. */
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(200).default(10),
  /** The owner's database that Wix reads and writes through us; without it, a SQLite file under DATA_DIR. */
  EXTERNAL_DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be postgres://user:password@host:port/name' })
    .optional(),
  /** What collections of the legacy generation bring along; without it that generation is closed. */
  EXTERNAL_DATABASE_SECRET_KEY: z.string().min(16).max(1000).optional(),
  /** The app whose service plugin calls; the Wix client's unless given. */
  EXTERNAL_DATABASE_APP_ID: z.string().min(1).max(200).optional(),
  /** With what Wix signs; the Wix client's unless given. Without either the current generation is closed. */
  EXTERNAL_DATABASE_PUBLIC_KEY: PublicKeys.optional(),
  /** Sites that may call, by instance id; all unless named. */
  EXTERNAL_DATABASE_INSTANCE_IDS: list(z.uuid()),
  DATA_DIR: z.string().min(1).default('.data'),
  HOST: z.string().min(1).default('localhost'),
  PORT: Port.default(4321),
  /** Proxies whose X-Forwarded-For is believed; nobody's unless named. */
  TRUSTED_PROXIES: list(Network),
  /** `off` for measurements and load tests on a machine of one's own. */
  RATE_LIMITS: z.enum(['on', 'off']).default('on'),
  /** Origins whose pages may use the API, by token; none unless named. */
  CORS_ORIGINS: list(Origin),
  /** Redirect URIs of native apps that sign in by the system's browser; none unless named. */
  APP_REDIRECT_URIS: list(AppRedirectUri),
  /** `error` keeps refusals that are the caller's own doing out of the log. */
  LOG_LEVEL: z.enum(['info', 'error']).default('info'),
  /** How long one call to Wix may take before it counts as an outage, in milliseconds. */
  WIX_TIMEOUT_MS: z.coerce.number().int().min(50).max(60_000).default(10_000),
});

export type Environment = Readonly<z.infer<typeof Variables> & { mode: 'offline' | 'live' }>;

type Given = Readonly<Record<string, string | undefined>>;

/** What is missing or wrong, by variable; values are never echoed. */
export function environmentMistakes(variables: Given): { name: string; mistake: string }[] {
  const present = presentIn(variables);
  const { error } = Variables.safeParse(present);
  return (error?.issues ?? []).map(({ path, message }) => {
    const name = String(path[0]);
    return { name, mistake: name in present ? `is not right: ${message}` : 'is missing' };
  });
}

/** What is empty counts as missing. */
function presentIn(variables: Given): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => Boolean(value)));
}

/**
 * Parses the process environment once, at start.
 * @throws {Error} naming every missing or wrong variable on a line of its own; values are never echoed.
 */
export function parseEnvironment(variables: Given, mode: Environment['mode']): Environment {
  // An empty secret is one that failed to arrive; everything else is as good as not set.
  if (variables['EXTERNAL_DATABASE_SECRET_KEY'] === '')
    throw new Error('Gatehouse cannot start: EXTERNAL_DATABASE_SECRET_KEY is set, and empty.');
  const present = presentIn(variables);
  const result = Variables.safeParse(present);
  if (!result.success) {
    const lines = environmentMistakes(variables).map(({ name, mistake }) => `  ${name} ${mistake}`);
    throw new Error(`Gatehouse cannot start, the environment is not right:\n${lines.join('\n')}`);
  }
  if (result.data.RATE_LIMITS === 'off' && present['NODE_ENV'] === 'production')
    throw new Error('Gatehouse cannot start: RATE_LIMITS is off, and NODE_ENV is production.');
  return Object.freeze({ ...result.data, mode });
}

/** Parsed once by the application's start; everything else reads it here. */
export const [provideEnvironment, environment] = provided<Environment>('environment');
