import { z } from 'zod';
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

const Variables = z.object({
  WIX_CLIENT_ID: z.uuid(),
  WIX_CLIENT_SECRET: z.string().min(8),
  WIX_CLIENT_INSTANCE_ID: z.uuid(),
  SITE_ORIGIN: Origin,
  SECRETS_KEY: Key,
  DATA_DIR: z.string().min(1).default('.data'),
  HOST: z.string().min(1).default('localhost'),
  PORT: Port.default(4321),
  /** `error` keeps refusals that are the caller's own doing out of the log. */
  LOG_LEVEL: z.enum(['info', 'error']).default('info'),
  /** How long one call to Wix may take before it counts as an outage, in milliseconds. */
  WIX_TIMEOUT_MS: z.coerce.number().int().min(50).max(60_000).default(10_000),
});

export type Environment = Readonly<z.infer<typeof Variables> & { mode: 'offline' | 'live' }>;

/**
 * Parses the process environment once, at start.
 * @throws {Error} naming every missing or wrong variable on a line of its own; values are never echoed.
 */
export function parseEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  mode: Environment['mode'],
): Environment {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => Boolean(value)));
  const result = Variables.safeParse(present);
  if (!result.success) {
    const lines = result.error.issues.map(({ path, message }) => {
      const name = path.join('.');
      return `  ${name} ${name in present ? `is not right: ${message}` : 'is missing'}`;
    });
    throw new Error(`Gatehouse cannot start, the environment is not right:\n${lines.join('\n')}`);
  }
  if (present['DATABASE_URL']) {
    throw new Error(
      'Gatehouse cannot start: DATABASE_URL is set, but only the embedded database is supported.',
    );
  }
  return Object.freeze({ ...result.data, mode });
}

/** Parsed once by the application's start; everything else reads it here. */
export const [provideEnvironment, environment] = provided<Environment>('environment');
