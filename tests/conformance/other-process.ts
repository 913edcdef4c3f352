import { writeSync } from 'node:fs';
import { createWixEmulator } from '../../packages/wix-emulator/src/index.ts';
import type { RegisteredApp } from '../../packages/wix-emulator/src/index.ts';

/**
 * Another process that writes to a data file through an emulator of its own; started by the tests as
 * `other-process.ts <what to do>`, a JSON text. A line on standard output follows an answer, never comes before it.
 */
type Task = { data: string; app: RegisteredApp } &
  /** Writes without end, one way after the other, until it is killed. Ids begin with the prefix. */
  (
    | { does: 'write'; prefix: string }
    /** Adds one to `n` of the note `x`, so many times. */
    | { does: 'increment'; times: number }
  );

const task = JSON.parse(process.argv[2] ?? '') as Task;
const wix = await createWixEmulator({ data: task.data, app: task.app });
const { access_token: token } = (await ask('/oauth2/token', {
  grant_type: 'client_credentials',
  client_id: task.app.clientId,
  client_secret: task.app.clientSecret,
  instance_id: task.app.instanceId,
})) as { access_token: string };

if (task.does === 'write') {
  for (let n = 0; ; n += 1) await writeOnce(`${task.prefix}-${n}`);
} else {
  for (let n = 0; n < task.times; n += 1) {
    const increment = { action: 'INCREMENT_FIELD', fieldPath: 'n', incrementFieldOptions: { value: 1 } };
    await askItems('items/patch', { patch: { dataItemId: 'x', fieldModifications: [increment] } });
  }
  wix.close();
}

/** An item, then twenty at once, then a reference from the one to all of those. */
async function writeOnce(id: string): Promise<void> {
  await askItems('items', { dataItem: { data: { _id: id } } });
  acknowledge({ single: id });
  const ids = Array.from({ length: 20 }, (_, n) => `${id}-${n}`);
  await askItems('bulk/items/insert', { dataItems: ids.map((_id) => ({ data: { _id, bulk: id } })) });
  acknowledge({ bulk: id });
  const references = { referringItemFieldName: 'links', referringItemId: id, newReferencedItemIds: ids };
  await askItems('items/replace-references', references);
  acknowledge({ references: id });
}

async function askItems(path: string, body: object): Promise<void> {
  await ask(`/wix-data/v2/${path}`, { dataCollectionId: 'Notes', ...body }, token);
}

async function ask(path: string, body: object, authorization?: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  const answer = await wix.fetch(new Request(`https://www.wixapis.com${path}`, request));
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

function acknowledge(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
