import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { AdapterOperation, ExternalSchema } from '../external-databases/adapter.ts';
import type { AdapterAnswer } from '../external-databases/transport.ts';
import { expectThat, Skipped } from './report.ts';
import type { Report } from './report.ts';

const AREA = 'Refusals';

/** How one generation asks. */
type Dialect = Readonly<{
  /** As the owner, so that nothing is refused for want of rights. */
  send: (path: string, request: object) => Promise<AdapterAnswer>;
  name: 'collectionId' | 'collectionName';
  query: (query: { filter?: object; sort?: string; limit?: number }) => [path: string, request: object];
  /** What would be asked if the operation were announced. Nothing in it exists, and so nothing is harmed. */
  operations: readonly (readonly [AdapterOperation, path: string, request: object])[];
  errorBody: z.ZodType;
}>;

/** Requests that no adapter should follow. */
export async function checkRefusals(
  report: Report,
  { send, name, query, operations, errorBody }: Dialect,
  schema: ExternalSchema,
  mayWrite: boolean,
): Promise<void> {
  const collection = { [name]: schema.id };
  const expectRefused = async (answer: AdapterAnswer, statuses: readonly number[]) => {
    const { status, body } = answer;
    expectThat(statuses.includes(status), `it answered ${status}, not ${statuses.join(' or ')}`);
    expectThat(
      errorBody.safeParse(body).success,
      `the body of its refusal is ${JSON.stringify(body) ?? 'no JSON'}`,
    );
  };
  const cases: [string, Parameters<typeof query>[0], readonly number[]][] = [
    ['a filter by a field nobody knows', { filter: { no_such_field: { $eq: 1 } } }, [400]],
    ['a field name with SQL in it', { filter: { "_id\" = '' OR 1=1 --": { $eq: 1 } } }, [400]],
    ['an operator nobody knows', { filter: { _id: { $where: 'x' } } }, [400]],
    ['a sort by a field nobody knows', { sort: 'no_such_field' }, [400]],
    ['a negative limit', { limit: -1 }, [400]],
  ];
  for (const [what, asked, statuses] of cases) {
    await report.check(AREA, `refuses ${what}`, async () => {
      if (!schema.operations.has('QUERY')) throw new Skipped('QUERY is not announced');
      const [path, request] = query(asked);
      await expectRefused(await send(path, { ...collection, ...request }), statuses);
    });
  }
  await report.check(AREA, 'gives no more than a thousand items, whatever is asked for', async () => {
    if (!schema.operations.has('QUERY')) throw new Skipped('QUERY is not announced');
    const [path, request] = query({ limit: 1_000_000 });
    const { status, body } = await send(path, { ...collection, ...request });
    const { items = [] } = (body ?? {}) as { items?: unknown[] };
    expectThat(
      status === 400 || (status === 200 && items.length <= 1_000),
      `${status}, ${items.length} items`,
    );
  });
  await report.check(AREA, 'answers 404 for a collection that does not exist', async () => {
    const [path, request] = query({});
    await expectRefused(await send(path, { [name]: `no_such_${randomUUID()}`, ...request }), [404]);
  });
  for (const [operation, path, request] of operations) {
    if (schema.operations.has(operation)) continue;
    await report.check(AREA, `refuses ${operation}, which is not announced`, async () => {
      const isHarmless = operation !== 'TRUNCATE' && operation !== 'INSERT';
      if (!isHarmless && !mayWrite) throw new Skipped('if it were not refused, something would be changed');
      const { status } = await send(path, { ...collection, ...request });
      expectThat(status >= 400 && status < 500, `it answered ${status}`);
    });
  }
}
