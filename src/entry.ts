// What the build leaves for the server: its request listener and the application's start, in one bundle.
import { createApp } from 'astro/app/entrypoint';
import { nodeDoor } from './lib/http/node-door.ts';
import { webListener } from './lib/http/web-listener.ts';

export { start } from './application.ts';

const app = createApp();

// A page is imported when it is first asked for; asked again, importing it would cost as much as finding its session.
const { pageMap } = app.manifest;
for (const [name, load] of pageMap ?? []) {
  let page: ReturnType<typeof load> | undefined;
  pageMap?.set(name, () => (page ??= load()));
}

export const handler = nodeDoor(
  webListener((request, { locals, clientAddress }) =>
    app.render(request, { locals, ...(clientAddress && { clientAddress }), addCookieHeader: true }),
  ),
);
