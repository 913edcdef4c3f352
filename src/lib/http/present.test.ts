import { expect, test } from 'vitest';
import type { KnownMember } from '../auth/member-store.ts';
import { policies } from '../policy/collections.ts';
import { presentItem, presentMember, presentSignIn } from './present.ts';

const policy = policies.SITConnections;
const item = {
  _id: 'x',
  _owner: 'the app',
  _createdDate: new Date(0),
  name: 'A',
  memberEmail: 'ada@example.com',
  internalRemark: 'secret',
  invented: 'secret',
};

test('AZ-23 an item leaves with its readable fields and no others', () => {
  expect(presentItem(policy, item)).toEqual({
    _id: 'x',
    _createdDate: new Date(0),
    name: 'A',
    memberEmail: 'ada@example.com',
  });
});

test('a projection leaves out more, never the id, and adds nothing', () => {
  expect(presentItem(policy, item, { fields: ['name'] })).toEqual({ _id: 'x', name: 'A' });
  expect(presentItem(policy, item, { fields: [] })).toEqual({ _id: 'x' });
  expect(presentItem(policy, item, { fields: ['internalRemark', '_owner', 'invented'] })).toEqual({
    _id: 'x',
  });
});

const member = {
  id: '1815',
  email: 'ada@example.com',
  emailVerified: true,
  nickname: null,
  firstName: 'Ada',
  lastName: null,
  sessionId: 'secret',
  wixTokens: 'secret',
} as KnownMember;

test('a member leaves with chosen fields, whatever else is known', () => {
  expect(JSON.stringify(presentMember(member))).not.toContain('secret');
});

test.each([
  [{ state: 'SUCCESS', token: 'gh_s_x', expiresAt: new Date(0), member, wixTokens: 'secret' }, 201, 201],
  [{ state: 'EMAIL_VERIFICATION_REQUIRED', verificationToken: 'v' }, 201, 202],
  [{ state: 'OWNER_APPROVAL_REQUIRED' }, 200, 202],
] as const)(
  'a sign-in that came to %o sets no cookie and tells no secret',
  async (outcome, asked, status) => {
    const response = presentSignIn(outcome, asked);
    expect(response.status).toBe(status);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.text()).not.toContain('secret');
  },
);
