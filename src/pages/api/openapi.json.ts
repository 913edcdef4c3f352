import { createHash } from 'node:crypto';
import { endpoint, otherMethods } from '../../lib/http/endpoint.ts';
import { siteOrigin } from '../../lib/http/origin.ts';
import { describeApi } from '../../lib/openapi/document.ts';

/** Made once: nothing in it changes while the process runs. */
let made: { text: string; etag: string } | undefined;

export const GET = endpoint({ credentials: 'ignored' }, async ({ request }) => {
  made ??= make();
  const headers = { etag: made.etag, 'cache-control': 'public, max-age=60' };
  if (request.headers.get('if-none-match') === made.etag)
    return Promise.resolve(new Response(null, { status: 304, headers }));
  return Promise.resolve(
    new Response(made.text, { headers: { ...headers, 'content-type': 'application/json' } }),
  );
});

function make(): { text: string; etag: string } {
  const text = JSON.stringify(describeApi(siteOrigin()));
  return { text, etag: `"${createHash('sha256').update(text).digest('base64url')}"` };
}

export const ALL = otherMethods({ GET });
