import { WixError } from '../http/errors.ts';
import type { FetchAdapter } from '../external-databases/transport.ts';
import { checkLegacy } from './legacy.ts';
import { Line } from './line.ts';
import type { CheckOptions } from './options.ts';
import { Report } from './report.ts';
import type { Finding } from './report.ts';
import { checkV3 } from './v3.ts';

/** All that was found; `isReached` is false when there was nobody to find anything out from. */
export type Checked = Readonly<{ isReached: boolean; isRight: boolean; findings: readonly Finding[] }>;

/** Plays Wix against an adapter. Writes only to a collection it made itself, or that `write` allows. */
export async function checkAdapter(
  options: CheckOptions,
  fetchAdapter: FetchAdapter = fetch,
): Promise<Checked> {
  const report = new Report();
  const line = new Line(options.url, fetchAdapter);
  await report.check('The connection', `${options.url} answers`, async () => {
    // Whatever it answers: an empty body is refused by everybody.
    const path = options.generation === 'v3' ? 'v3/capabilities/get' : 'provision';
    await line.post(path, '{}', 'application/json').catch((error: unknown) => {
      if (error instanceof WixError && error.message.startsWith('WDE0116')) return;
      throw error;
    });
  });
  const isReached = report.isRight;
  if (isReached) {
    if (options.generation === 'v3') await checkV3(report, line, options);
    else await checkLegacy(report, line, options);
    await report.check('Every answer', 'comes within ten seconds', () => line.expectQuick());
    await report.check('Every answer', 'shows nothing of the database inside', () => line.expectNoInsides());
  }
  return { isReached, isRight: report.isRight, findings: report.findings };
}
