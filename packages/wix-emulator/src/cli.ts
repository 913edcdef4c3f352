#!/usr/bin/env node
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createWixEmulator } from './emulator.ts';
import type { RegisteredApp } from './registered-app.ts';
import { SeedSchema } from './seed/schema.ts';
import type { Seed } from './seed/schema.ts';
import { isLoopback, serve } from './server.ts';

const DEMO_SEED = new URL('../seeds/demo.json', import.meta.url);

const USAGE = `An offline Wix that answers the real @wix packages.

  npm run wix-emulator -- [options]

  --port <number>         port to listen on (4330; 0 takes a free one)
  --host <address>        address to listen on (127.0.0.1)
  --allow-remote          permit an address other machines can reach
  --data <folder>         where the site and its OAuth app are kept (.data/wix-emulator)
  --seed <file>           what an empty site starts with (the demo people)
  --redirect-uri <uri>    an address logins may return to; may be repeated
  --reset                 drop what is there and start from the seed again
  --help                  this text
`;

/** A mistake in the command, told in one line. */
class UsageError extends Error {}

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help) return void process.stdout.write(USAGE);
  const seed = readSeed(options.seed);
  mkdirSync(options.data, { recursive: true, mode: 0o700 });
  const emulator = await createWixEmulator({
    data: join(options.data, 'site.sqlite'),
    app: { redirectUris: options.redirectUris },
    seed,
  });
  if (options.reset) await emulator.reset();
  const server = await serve(emulator, options).catch((error: unknown) => {
    emulator.close();
    throw error;
  });
  process.stdout.write(introduction(server.address, emulator.app));

  const stop = async () => {
    await server.close();
    emulator.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '4330' },
        host: { type: 'string', default: '127.0.0.1' },
        'allow-remote': { type: 'boolean', default: false },
        data: { type: 'string', default: '.data/wix-emulator' },
        seed: { type: 'string' },
        'redirect-uri': { type: 'string', multiple: true, default: ['http://localhost:4321/callback'] },
        reset: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const port = Number(values.port);
    if (!/^\d+$/.test(values.port) || port > 65_535)
      throw new UsageError(`--port ${values.port} is not a port number`);
    if (!values['allow-remote'] && !isLoopback(values.host)) {
      throw new UsageError(
        `--host ${values.host} can be reached by other machines; add --allow-remote to permit that`,
      );
    }
    const { host, data, seed, reset, help } = values;
    return {
      port,
      host,
      data,
      seed,
      reset,
      help,
      allowRemote: values['allow-remote'],
      redirectUris: values['redirect-uri'],
    };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function readSeed(path: string | undefined): Seed {
  try {
    const seed = JSON.parse(readFileSync(path ?? DEMO_SEED, 'utf8')) as Seed;
    SeedSchema.parse(seed);
    return seed;
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new UsageError(`--seed ${path ?? DEMO_SEED.pathname}: ${reason}`);
  }
}

const introduction = (address: string, app: RegisteredApp): string => `The Wix emulator answers on ${address}

  WIX_CLIENT_ID=${app.clientId}
  WIX_CLIENT_SECRET=${app.clientSecret}
  WIX_CLIENT_INSTANCE_ID=${app.instanceId}

  Logins may return to: ${app.redirectUris.join(', ')}
`;

try {
  await main();
} catch (error) {
  const { message } = error as Error;
  process.stderr.write(`wix-emulator: ${message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
