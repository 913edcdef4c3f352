import { parseArgs } from 'node:util';
import { isLoopback } from '../http/loopback.ts';
import { WebhookSubscriptionInput } from '../webhooks/subscriptions.ts';

export const USAGE = `An offline Wix that answers the real @wix packages.

  npx wix-emulator [options]

  --port <number>         port to listen on (4330; 0 takes a free one)
  --host <address>        address to listen on (127.0.0.1)
  --allow-remote          permit an address other machines can reach; no admin pages then
  --data <folder>         where the site and its OAuth app are kept (.data/wix-emulator)
  --seed <file>           what an empty site starts with (the demo people)
  --redirect-uri <uri>    an address logins may return to; may be repeated
  --webhook <url>         an address to tell of every change; may be repeated
  --reset                 drop what is there and start from the seed again
  --import <file>         put an exported state in the place of what is there
  --export <file>         write the whole state to a new file, and end
  --log                   a line for every answered call
  --help                  this text
`;

/** Where a site under development usually listens. */
const DEFAULT_REDIRECT_URI = 'http://localhost:4321/callback';

/** A mistake in the command, told in one line. */
export class UsageError extends Error {}

export type Options = ReturnType<typeof readOptions>;

export function readOptions() {
  const values = parsed();
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535)
    throw new UsageError(`--port ${values.port} is not a port number`);
  if (!values['allow-remote'] && !isLoopback(values.host)) {
    throw new UsageError(
      `--host ${values.host} can be reached by other machines; add --allow-remote to permit that`,
    );
  }
  for (const url of values.webhook) {
    if (!WebhookSubscriptionInput.safeParse({ url }).success) {
      throw new UsageError(`--webhook ${url} is not an http or https address`);
    }
  }
  if (values.reset && values.import !== undefined) {
    throw new UsageError('--reset and --import both say what the site begins with; give one of them');
  }
  const { host, data, seed, reset, log, help } = values;
  return {
    port,
    host,
    data,
    seed,
    reset,
    importFrom: values.import,
    exportTo: values.export,
    log,
    help,
    allowRemote: values['allow-remote'],
    redirectUris: values['redirect-uri'],
    webhooks: values.webhook,
  };
}

function parsed() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '4330' },
        host: { type: 'string', default: '127.0.0.1' },
        'allow-remote': { type: 'boolean', default: false },
        data: { type: 'string', default: '.data/wix-emulator' },
        seed: { type: 'string' },
        'redirect-uri': { type: 'string', multiple: true, default: [DEFAULT_REDIRECT_URI] },
        webhook: { type: 'string', multiple: true, default: [] },
        reset: { type: 'boolean', default: false },
        import: { type: 'string' },
        export: { type: 'string' },
        log: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
