import { readFileSync } from 'node:fs';
import { createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { parseArgs } from 'node:util';

export const USAGE = `Plays Wix against an adapter of an external database, and says what is wrong with it.

  npm run adapter:check -- <url> [options]

  --generation <name>     v3 or legacy (v3 with a private key, else legacy)
  --secret-key <text>     legacy: what the adapter expects in settings.secretKey
  --private-key <file>    v3: PEM of the key whose public half the adapter was given
  --app-id <id>           v3: the app the adapter is of
  --instance-id <id>      the site that asks (made up)
  --collection <name>     the collection to look at (the first)
  --write                 writes to the named collection as well, and puts back what it changed
  --json                  the findings as JSON
  --help                  this text

It ends with 0 when all is right, 1 when something is wrong, 2 when it could not be checked.
`;

/** A mistake in the command, told in one line. */
export class UsageError extends Error {}

export type CheckOptions = Readonly<{
  url: string;
  collection?: string;
  instanceId?: string;
  write: boolean;
}> &
  (
    | Readonly<{ generation: 'legacy'; secretKey: string }>
    | Readonly<{ generation: 'v3'; privateKey: KeyObject; appId: string }>
  );

/** Reads the command line; `undefined` is a call for help. */
export function readOptions(args: readonly string[]): (CheckOptions & { json: boolean }) | undefined {
  const { values, positionals } = parsed(args);
  if (values.help) return undefined;
  const [url, ...more] = positionals;
  if (url === undefined || more.length > 0) throw new UsageError('give the address of one adapter');
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new UsageError(`${url} is not an http or https address`);
  const { collection, write, json } = values;
  if (write && collection === undefined) throw new UsageError('--write wants a --collection to write to');
  const instanceId = values['instance-id'];
  const common = {
    url,
    write,
    json,
    ...(collection !== undefined && { collection }),
    ...(instanceId !== undefined && { instanceId }),
  };
  const generation = values.generation ?? (values['private-key'] === undefined ? 'legacy' : 'v3');
  if (generation === 'legacy') {
    const secretKey = values['secret-key'];
    if (secretKey === undefined) throw new UsageError('the legacy generation wants a --secret-key');
    return { ...common, generation, secretKey };
  }
  if (generation !== 'v3') throw new UsageError(`--generation is v3 or legacy, not ${generation}`);
  const [file, appId] = [values['private-key'], values['app-id']];
  if (file === undefined || appId === undefined)
    throw new UsageError('v3 wants a --private-key and an --app-id');
  return { ...common, generation, privateKey: keyIn(file), appId };
}

function keyIn(file: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--private-key ${file}: ${(error as Error).message}`, { cause: error });
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        generation: { type: 'string' },
        'secret-key': { type: 'string' },
        'private-key': { type: 'string' },
        'app-id': { type: 'string' },
        'instance-id': { type: 'string' },
        collection: { type: 'string' },
        write: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
