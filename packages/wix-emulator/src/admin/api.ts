import { Hono } from 'hono';
import type { Context } from 'hono';
import { z } from 'zod';
import { requireConnection } from '../external-databases/store.ts';
import { WixError } from '../http/errors.ts';
import { readText } from '../http/request.ts';
import { SettingsChange } from '../settings.ts';
import type { Desk } from './desk.ts';
import { presentConnection } from './external-databases.ts';
import { setFault } from './faults.ts';
import { checked } from './form.ts';

const Forward = z.strictObject({ forwardMs: z.int().min(1).max(8_640_000_000_000) });
const Nothing = z.strictObject({});

/** What scripts do in place of the pages: the same, as JSON. */
export function apiRoutes({ wix, site: { externalDatabases, store } }: Desk): Hono {
  const routes = new Hono().basePath('/api');

  routes.get('/outbox', (context) => context.json({ mails: wix.outbox }));

  routes.get('/calls', (context) => context.json({ calls: wix.calls }));
  routes.delete('/calls', (context) => {
    wix.clearCalls();
    return context.json({ calls: wix.calls });
  });

  routes.get('/settings', (context) => context.json(wix.settings.get()));
  routes.post('/settings', async (context) => {
    wix.settings.set(await readJson(context, SettingsChange));
    return context.json(wix.settings.get());
  });

  routes.get('/clock', (context) => context.json({ now: wix.clock.now() }));
  routes.post('/clock', async (context) => {
    wix.clock.forward((await readJson(context, Forward)).forwardMs);
    return context.json({ now: wix.clock.now() });
  });

  routes.get('/faults', (context) => context.json({ faults: wix.faults.list() }));
  routes.post('/faults', async (context) =>
    context.json({ id: setFault({ wix }, await readJson(context, z.unknown())) }),
  );
  routes.delete('/faults', (context) => {
    wix.faults.clear();
    return context.json({ faults: wix.faults.list() });
  });
  routes.delete('/faults/:id', (context) => {
    const id = context.req.param('id');
    if (!wix.faults.remove(id)) throw new WixError(404, `There is no fault ${id}`);
    return context.json({ faults: wix.faults.list() });
  });

  routes.get('/webhooks', (context) =>
    context.json({
      publicKey: wix.webhooks.publicKey,
      subscriptions: wix.webhooks.list(),
      deliveries: wix.webhooks.deliveries(),
    }),
  );

  routes.get('/public-key', (context) => context.text(wix.publicKey));

  routes.get('/external-databases', (context) =>
    context.json({
      publicKey: wix.publicKey,
      connections: externalDatabases.list().map(presentConnection),
    }),
  );
  routes.post('/external-databases/:name/try', async (context) => {
    await readJson(context, Nothing);
    const connection = requireConnection(store, context.req.param('name'));
    return context.json(presentConnection(await externalDatabases.retry(connection)));
  });

  routes.post('/reset', async (context) => {
    await readJson(context, Nothing);
    await wix.reset();
    return context.json({ reset: true });
  });
  return routes;
}

/** Only a body that says it is JSON: a form of another page cannot say that without asking first. */
async function readJson<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  if (!/^application\/json\b/.test(context.req.header('content-type') ?? '')) {
    throw new WixError(415, 'Send JSON, with the Content-Type application/json');
  }
  try {
    return checked(schema, JSON.parse(await readText(context.req.raw)));
  } catch (error) {
    if (error instanceof SyntaxError) throw new WixError(400, 'The body is not JSON');
    throw error;
  }
}
