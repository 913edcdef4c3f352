#!/usr/bin/env node
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createWixEmulator } from './emulator.ts';
import { readOptions, USAGE, UsageError } from './cli/options.ts';
import { introduction, lineOf } from './cli/output.ts';
import { readSeed } from './cli/seed.ts';
import { refuseProduction } from './production.ts';
import { serve } from './server.ts';
import { linesOf, writeLines } from './state/lines.ts';

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help) return void process.stdout.write(USAGE);
  refuseProduction();
  const seed = readSeed(options.seed);
  mkdirSync(options.data, { recursive: true, mode: 0o700 });
  const emulator = await createWixEmulator({
    data: join(options.data, 'site.sqlite'),
    app: { redirectUris: options.redirectUris },
    seed,
    ...(options.log && { onCall: (call) => void process.stdout.write(lineOf(call)) }),
  });
  const server = await start().catch((error: unknown) => {
    emulator.close();
    throw error;
  });
  if (!server) return emulator.close();
  process.stdout.write(introduction(server.address, emulator, options));

  async function start() {
    if (options.reset) await emulator.reset();
    if (options.importFrom !== undefined) emulator.importState(linesOf(options.importFrom));
    for (const url of options.webhooks) emulator.webhooks.subscribe({ url });
    if (options.exportTo === undefined) return serve(emulator, options);
    writeLines(options.exportTo, emulator.exportState());
    return undefined;
  }

  const stop = async () => {
    await server.close();
    emulator.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());

  // A large file is read through while it already answers.
  const damage = await emulator.damage;
  if (!damage) return;
  await stop();
  throw damage;
}

try {
  await main();
} catch (error) {
  const { message } = error as Error;
  process.stderr.write(`wix-emulator: ${message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
