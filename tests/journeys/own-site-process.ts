import { serve } from '../../server/gatehouse.ts';
import type { Question, Trouble } from './own-site.ts';

// Run by own-site.ts: the built site with the embedded Wix, and somebody who answers questions about both.

let trouble: Trouble = 'none';

const gatehouse = await serve({
  variables: process.env,
  async interceptWix(request, forward) {
    if (trouble === 'down') return new Response(null, { status: 503, headers: { 'retry-after': '7' } });
    // Longer than the site is willing to wait.
    if (trouble === 'slow') await new Promise((resolve) => setTimeout(resolve, 2_000));
    return forward(request);
  },
});

process.on('message', (question: Question) => process.send?.(answer(question)));
process.once('SIGTERM', () => void gatehouse.stop().then(() => process.exit(0)));

function answer(question: Question): unknown {
  switch (question.ask) {
    case 'address':
      return gatehouse.address;
    case 'outbox':
      return gatehouse.emulator?.outbox;
    case 'settings':
      gatehouse.emulator?.settings.set(question.settings);
      return 'set';
    case 'require-reset':
      gatehouse.emulator?.members.requirePasswordReset(question.email);
      return 'set';
    case 'trouble':
      trouble = question.trouble;
      return 'set';
  }
}
