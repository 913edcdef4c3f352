import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../packages/wix-emulator/src/cli.ts', import.meta.url));

export type OwnEmulator = Readonly<{ address: string; clientId: string; close: () => Promise<void> }>;

/** Starts the emulator as people do, by its command, with the demo people in a folder of its own. */
export async function openOwnEmulator(...options: readonly string[]): Promise<OwnEmulator> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-own-emulator-'));
  const child = spawn(process.execPath, [COMMAND, '--port', '0', '--data', folder, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  let told = '';
  child.stderr.on('data', (text: Buffer) => (told += String(text)));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (text: Buffer) => {
      told += String(text);
      if (told.includes('Logins may return to')) resolve();
    });
    child.once('exit', () => reject(new Error(`the emulator has ended:\n${told}`)));
  });
  return {
    address: /http:\S+/.exec(told)?.[0] ?? '',
    clientId: /WIX_CLIENT_ID=(\S+)/.exec(told)?.[1] ?? '',
    async close() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
