import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mail, SiteSettings } from '../../packages/wix-emulator/src/index.ts';

/** What may befall Wix. */
export type Trouble = 'none' | 'down' | 'slow';

/** What is asked of the process that runs the site; each question gets one answer. */
export type Question =
  | Readonly<{ ask: 'address' }>
  | Readonly<{ ask: 'outbox' }>
  | Readonly<{ ask: 'settings'; settings: Partial<SiteSettings> }>
  | Readonly<{ ask: 'trouble'; trouble: Trouble }>
  | Readonly<{ ask: 'require-reset'; email: string }>;

export type OwnSite = Readonly<{
  address: string;
  /** What the owner chooses in Wix's dashboard. */
  set: (settings: Partial<SiteSettings>) => Promise<void>;
  /** The newest code that Wix mailed to somebody. */
  codeFor: (email: string) => Promise<string>;
  /** The owner wants a new password of somebody. */
  requireReset: (email: string) => Promise<void>;
  /** Follows the newest link mailed to somebody, chooses a password, and gives where Wix's page leads back to. */
  chooseByMail: (email: string, password: string) => Promise<string>;
  /** Lets Wix fail from here on. */
  wixIs: (trouble: Trouble) => Promise<void>;
  close: () => Promise<void>;
}>;

/** Starts a site in a process and a folder of its own. */
export async function openOwnSite(): Promise<OwnSite> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-own-site-'));
  const child = fork(fileURLToPath(new URL('./own-site-process.ts', import.meta.url)), {
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: folder,
      WIX_TIMEOUT_MS: '500',
      RATE_LIMITS: 'off',
    },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let log = '';
  child.stderr?.on('data', (text: Buffer) => (log += String(text)));
  const ended = once(child, 'exit');

  async function ask(question: Question): Promise<unknown> {
    const over = ended.then(() => Promise.reject(new Error(`the site has ended:\n${log}`)));
    const answer = once(child, 'message').then(([message]) => message as unknown);
    child.send(question);
    return Promise.race([answer, over]);
  }

  async function mailTo(email: string): Promise<Mail> {
    const mails = (await ask({ ask: 'outbox' })) as readonly Mail[];
    const mail = mails.findLast(({ to }) => to === email);
    if (!mail) throw new Error(`no mail went to ${email}`);
    return mail;
  }

  return {
    address: String(await ask({ ask: 'address' })),
    set: async (settings) => void (await ask({ ask: 'settings', settings })),
    wixIs: async (trouble) => void (await ask({ ask: 'trouble', trouble })),
    requireReset: async (email) => void (await ask({ ask: 'require-reset', email })),
    codeFor: async (email) => (await mailTo(email)).code,
    async chooseByMail(email, password) {
      const { link = '' } = await mailTo(email);
      const answer = await fetch(link, {
        method: 'POST',
        headers: { origin: new URL(link).origin },
        body: new URLSearchParams({ password }),
      });
      const text = await answer.text();
      return /href="(http[^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? text;
    },
    async close() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
