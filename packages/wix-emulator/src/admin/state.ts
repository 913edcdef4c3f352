import { Hono } from 'hono';
import { WixError } from '../http/errors.ts';
import { StateError } from '../state/import.ts';
import type { Desk } from './desk.ts';
import { backTo } from './form.ts';

/** A state sent here is held in memory; larger ones go by the command's `--import`. */
const LARGEST_STATE = 268_435_456;

/** The whole state as a file, out and in. */
export function stateRoutes({ wix }: Desk): Hono {
  const routes = new Hono();
  routes.get('/api/state', () => {
    const headers = {
      'content-type': 'application/jsonl; charset=utf-8',
      'content-disposition': 'attachment; filename="site.jsonl"',
    };
    return new Response(streamOf(wix.exportState()), { headers });
  });
  routes.post('/api/state', async (context) => {
    takeOver(wix, (await readBytes(context.req.raw)).toString('utf8'));
    return context.json({ imported: true });
  });
  routes.post('/state', async (context) => {
    const type = context.req.header('content-type') ?? '';
    const form = await new Response(await readBytes(context.req.raw), { headers: { 'content-type': type } })
      .formData()
      .catch(() => undefined);
    const file = form?.get('state');
    if (!(file instanceof File)) throw new WixError(400, 'Choose the file of an exported state');
    takeOver(wix, await file.text());
    return backTo('', 'imported');
  });
  return routes;
}

function takeOver(wix: Desk['wix'], text: string): void {
  try {
    wix.importState(text.replace(/\n$/, '').split('\n'));
  } catch (error) {
    if (error instanceof StateError)
      throw new WixError(400, `The state was not taken over: ${error.message}`);
    throw error;
  }
}

/** Written as it is read, so that a large state is never held as a whole. */
function streamOf(lines: Iterable<string>): ReadableStream<Uint8Array> {
  const iterator = lines[Symbol.iterator]();
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull(controller) {
      const { done, value } = iterator.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel() {
      iterator.return?.();
    },
  });
}

async function readBytes(request: Request): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > LARGEST_STATE)
      throw new WixError(413, `A state of more than ${LARGEST_STATE} bytes is for --import`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
