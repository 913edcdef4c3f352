import { environment } from '../../env.ts';
import { callbackAddress } from '../wix/callback.ts';
import { examineAppToken, examineConnection, examineReturnAddress } from '../wix/connection.ts';
import { ok, type Finding } from './finding.ts';
import { unlessRefused } from './refused.ts';

/** Wix's own tokens bear times; beyond this something is refused sooner or later. */
const CLOCK_TOLERANCE_MS = 60_000;

const CLIENT = 'Headless Settings, Headless clients, the client’s settings, Client info';

/**
 * Whether Wix knows the client, its instance, its secret and our callback, and has our time.
 * @returns also whether the app's rights can be used, without which collections cannot be looked at.
 * @throws {Problem} outages of Wix.
 */
export async function checkConnection(): Promise<{ findings: Finding[]; isConnected: boolean }> {
  const connection = await unlessRefused(examineConnection());
  if (connection === null) {
    const message = 'Wix gives it no visitor token';
    const words = `compare it with the dashboard: ${CLIENT}`;
    const finding: Finding = { level: 'fault', subject: 'WIX_CLIENT_ID', message, remedy: { words } };
    return { findings: [finding], isConnected: false };
  }
  const { instanceId, aheadMs } = connection;
  const instance = checkInstance(instanceId);
  const secret = instance.level === 'fault' ? null : await checkSecret();
  return {
    findings: [
      ok('WIX_CLIENT_ID', 'Wix knows it'),
      checkClock(aheadMs),
      instance,
      ...(secret ? [secret] : []),
      await checkReturnAddress(),
    ],
    isConnected: secret?.level === 'ok',
  };
}

function checkClock(aheadMs: number | null): Finding {
  const subject = 'clock';
  if (aheadMs === null)
    return { level: 'unchecked', subject, message: 'Wix’s answer does not say what time it is' };
  if (Math.abs(aheadMs) <= CLOCK_TOLERANCE_MS) return ok(subject, 'agrees with Wix’s to the minute');
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const message = `is ${seconds} seconds ${aheadMs > 0 ? 'ahead of' : 'behind'} Wix’s`;
  return { level: 'warning', subject, message, remedy: { words: 'synchronise it by NTP' } };
}

function checkInstance(instanceId: string | null): Finding {
  const subject = 'WIX_CLIENT_INSTANCE_ID';
  if (instanceId === null)
    return { level: 'warning', subject, message: 'Wix does not name the instance of this client' };
  if (instanceId === environment().WIX_CLIENT_INSTANCE_ID)
    return ok(subject, 'is the one Wix names for this client');
  // No secret: token info tells it to whoever has the client id.
  const words = `set it to ${instanceId}, which Wix names for this client`;
  return {
    level: 'fault',
    subject,
    message: 'is an installation that this client does not belong to',
    remedy: { words },
  };
}

async function checkSecret(): Promise<Finding> {
  const subject = 'WIX_CLIENT_SECRET';
  const isGiven = await unlessRefused(examineAppToken().then(() => true));
  if (isGiven) return ok(subject, 'Wix gives the app a token for it');
  const words = `make another one in the dashboard: ${CLIENT}, Generate Client Secret`;
  return { level: 'fault', subject, message: 'Wix gives the app no token for it', remedy: { words } };
}

async function checkReturnAddress(): Promise<Finding> {
  const subject = 'redirect URI';
  const address = callbackAddress();
  const answer = await unlessRefused(examineReturnAddress());
  if (answer === 'allowed') return ok(subject, `Wix sends browsers back to ${address}`);
  const words = `add it, to the letter: Headless Settings, the client’s settings, URLs, Allowed authorization redirect URIs; and see that the site is published`;
  if (answer === 'unclear') {
    const message = `Wix neither sent back to ${address} nor refused it`;
    return { level: 'unchecked', subject, message, remedy: { words } };
  }
  return { level: 'fault', subject, message: `Wix refuses ${address}`, remedy: { words } };
}
