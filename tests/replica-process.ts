import { serve } from '../server/gatehouse.ts';
import { ORIGINAL_HOST } from '../packages/wix-emulator/src/http/wire.ts';

// Run by replicas.ts: the built site in live mode, with Wix behind a loopback address.

/** Taken before the site replaces it with its road to Wix. */
const network = globalThis.fetch;
const wix = process.env['WIX_EMULATOR'] ?? '';

const gatehouse = await serve({
  variables: process.env,
  async interceptWix(request) {
    const { host, pathname, search } = new URL(request.url);
    const headers = new Headers(request.headers);
    headers.set(ORIGINAL_HOST, host);
    const body = await request.arrayBuffer();
    return network(wix + pathname + search, {
      method: request.method,
      headers,
      redirect: 'manual',
      ...(body.byteLength > 0 && { body }),
    });
  },
});

let isStopping = false;
for (const event of ['SIGTERM', 'disconnect']) {
  process.once(event, () => {
    if (isStopping) return;
    isStopping = true;
    void gatehouse.stop().then(() => process.exit(0));
  });
}
process.send?.(gatehouse.address);
