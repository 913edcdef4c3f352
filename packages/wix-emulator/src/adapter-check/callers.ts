import { randomUUID } from 'node:crypto';
import type { ExternalSchema } from '../external-databases/adapter.ts';
import type { AdapterAnswer } from '../external-databases/transport.ts';
import { expectThat, Skipped } from './report.ts';
import type { Report } from './report.ts';

const AREA = 'Who gets what';

/** Asks for a page of the collection as somebody; the key is how the generation calls them. */
export type AskAs = (somebody: object) => Promise<AdapterAnswer>;

const isRefused = ({ status }: AdapterAnswer): boolean => status >= 400 && status < 500;

/** Whether whoever may read does, and nobody else; where the collection says so. */
async function expectReading(askAs: AskAs, somebody: object, mayRead: boolean | undefined): Promise<void> {
  const answer = await askAs(somebody);
  if (mayRead === undefined) {
    return expectThat(answer.status === 200 || isRefused(answer), `it answered ${answer.status}`);
  }
  const wanted = mayRead ? answer.status === 200 : isRefused(answer);
  expectThat(wanted, `${mayRead ? 'who may read' : 'who may not read'} was answered with ${answer.status}`);
}

/** Somebody nobody knows has no more rights than a visitor: what a visitor is refused, they are. */
async function expectNoMore(askAs: AskAs, somebody: object, visitor: object): Promise<void> {
  const [known, unknown] = [await askAs(visitor), await askAs(somebody)];
  if (known.status === 200) throw new Skipped('visitors may read, so nothing can be told apart');
  expectThat(
    isRefused(unknown),
    `a visitor is answered with ${known.status}, and this with ${unknown.status}`,
  );
}

export async function checkIdentities(
  report: Report,
  askAs: AskAs,
  { permissions }: ExternalSchema,
): Promise<void> {
  const identity = (identityType: string, id: object = {}) => ({ identityType, ...id });
  const visitor = identity('ANONYMOUS_VISITOR', { anonymousVisitorId: randomUUID() });
  const member = identity('MEMBER', { memberId: randomUUID() });
  const read = permissions?.read;
  const isOpenTo = (...roles: string[]) => (read === undefined ? undefined : roles.includes(read));
  const cases: [string, object, boolean | undefined][] = [
    ['the owner reads', identity('WIX_USER', { wixUserId: randomUUID() }), true],
    ['an app reads', identity('APP', { appId: randomUUID() }), true],
    [
      `a member reads as the collection allows (${read ?? 'it does not say'})`,
      member,
      isOpenTo('ANYONE', 'SITE_MEMBER', 'SITE_MEMBER_AUTHOR'),
    ],
    [`a visitor reads as the collection allows (${read ?? 'it does not say'})`, visitor, isOpenTo('ANYONE')],
  ];
  for (const [says, somebody, mayRead] of cases) {
    await report.check(AREA, says, () => expectReading(askAs, somebody, mayRead));
  }
  const strangers: [string, object][] = [
    ['the identity type UNKNOWN', identity('UNKNOWN')],
    ['an identity type nobody knows', identity('ROOT', { memberId: randomUUID() })],
    ['no identity', {}],
  ];
  for (const [what, somebody] of strangers) {
    await report.check(AREA, `${what} has no more rights than a visitor`, () =>
      expectNoMore(askAs, somebody, visitor),
    );
  }
}

export async function checkRoles(report: Report, askAs: AskAs): Promise<void> {
  const memberId = randomUUID();
  const visitor = { memberId, role: 'VISITOR' };
  const cases: [string, object, boolean | undefined][] = [
    ['the owner reads', { memberId, role: 'OWNER' }, true],
    ['backend code reads', { memberId: null, role: 'BACKEND_CODE' }, true],
    ['a member is answered or refused', { memberId, role: 'MEMBER' }, undefined],
    ['a visitor is answered or refused', visitor, undefined],
  ];
  for (const [says, somebody, mayRead] of cases) {
    await report.check(AREA, says, () => expectReading(askAs, somebody, mayRead));
  }
  await report.check(AREA, 'understands memberRole as well as role', async () => {
    const [role, memberRole] = [
      await askAs({ memberId, role: 'OWNER' }),
      await askAs({ memberId, memberRole: 'OWNER' }),
    ];
    expectThat(role.status === memberRole.status, `role: ${role.status}, memberRole: ${memberRole.status}`);
  });
  await report.check(AREA, 'does without a memberId', () =>
    expectReading(askAs, { role: 'BACKEND_CODE' }, true),
  );
  const strangers: [string, object][] = [
    ['a role nobody knows', { memberId, role: 'ROOT' }],
    ['no role', { memberId }],
    ['of two roles that differ the greater', { memberId, role: 'VISITOR', memberRole: 'OWNER' }],
    [
      'of two roles that differ the greater, turned round,',
      { memberId, role: 'OWNER', memberRole: 'VISITOR' },
    ],
  ];
  for (const [what, somebody] of strangers) {
    await report.check(AREA, `${what} gives no more rights than a visitor’s`, () =>
      expectNoMore(askAs, somebody, visitor),
    );
  }
}
