import { afterAll, beforeAll, expect, test } from 'vitest';
import { budgets } from '../../src/lib/auth/budgets.ts';
import { actor, expectProblem, people, tokenOf, type Answer } from '../actors.ts';
import { POSTGRES_START_MS, startPostgres, type Postgres } from '../postgres.ts';
import { startReplicas, type Replica, type Replicas } from '../replicas.ts';

/** Two processes of the site with their limits on: a budget is one, however many count by it. */

let postgres: Postgres;
let site: Replicas;

beforeAll(async () => {
  postgres = await startPostgres();
  const databaseUrl = await postgres.createDatabase();
  const variables = { RATE_LIMITS: 'on', TRUSTED_PROXIES: '127.0.0.1' };
  site = await startReplicas({ count: 2, databaseUrl, variables });
}, POSTGRES_START_MS);

afterAll(async () => {
  await site?.stop();
  await postgres?.stop();
});

const replica = (index: number) => site.replicas[index % 2] as Replica;
const from = (index: number, address: string, headers: Record<string, string> = {}) =>
  actor(replica(index), address, { 'x-forwarded-for': address, ...headers });
const statuses = (answers: readonly Answer[], status: number) =>
  answers.filter((answer) => answer.status === status).length;

test('RL-05: of 200 wrong passwords at once, split over two replicas, the budget is tried and no more', async () => {
  const wrong = { email: people.ada.email, password: 'babbage-1791' };
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) => {
      const stranger = `198.18.0.${index}`;
      return from(index, stranger).post('/api/auth/login', wrong);
    }),
  );
  const { quota } = budgets['login-account'];
  expect({ tried: statuses(answers, 401), refused: statuses(answers, 429) }).toEqual({
    tried: quota,
    refused: 200 - quota,
  });
  expectProblem(await from(1, '198.18.1.1').post('/api/auth/login', wrong), 429, 'too-many-requests');
});

test('RL-05: the requests of one member over two replicas come to one budget', async () => {
  const token = await tokenOf({ address: replica(0).address }, people.grace);
  const bearer = { authorization: `Bearer ${token}` };
  const { quota } = budgets.api;
  const answers: Answer[] = [];
  for (let asked = 0; asked < quota + 50; asked += 50) {
    const crowd = Array.from({ length: 50 }, (_, index) =>
      from(index, `198.18.2.${index}`, bearer).get('/api/collections'),
    );
    answers.push(...(await Promise.all(crowd)));
  }
  expect({ done: statuses(answers, 200), refused: statuses(answers, 429) }).toEqual({
    done: quota,
    refused: 50,
  });
});
