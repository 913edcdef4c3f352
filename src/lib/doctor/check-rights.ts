import type { Policy } from '../policy/collection.ts';
import { authorizeSystem } from '../policy/system.ts';
import { tryRights } from '../wix/examination.ts';
import { rolesOfMembers, standingsOf } from '../wix/members.ts';
import { ok, type Finding } from './finding.ts';
import { unlessRefused } from './refused.ts';

/** Nobody's. */
const NOBODY = '00000000-0000-4000-8000-000000000000';

/**
 * What the app needs besides collections, tried by reading. Whether it may write is not tried: a doctor changes nothing.
 * @throws {Problem} outages of Wix.
 */
export async function checkRights(policies: Readonly<Record<string, Policy>>): Promise<Finding[]> {
  const grant = authorizeSystem('site:examine');
  const elevated = Object.entries(policies).find(([, { as }]) => as === 'app')?.[0];
  const trials: Trial[] = [
    {
      what: 'read members',
      without: 'members who are blocked at Wix stay signed in here',
      ask: () => standingsOf(authorizeSystem('members:look-after'), [NOBODY]),
    },
    ...(asksForRoles(policies)
      ? [
          {
            what: "read members' roles",
            without: 'rules by role let nobody in',
            ask: () => rolesOfMembers(authorizeSystem('members:look-after'), [NOBODY]),
          },
        ]
      : []),
    {
      what: 'read site properties',
      without: 'GET /api/site-properties fails',
      ask: () => tryRights.siteProperties(grant),
    },
    ...(elevated === undefined
      ? []
      : [
          {
            what: 'read data items',
            without: "collections with as: 'app' fail",
            ask: () => tryRights.items(grant, elevated),
          },
        ]),
  ];
  const findings: Finding[] = [];
  for (const trial of trials) findings.push(await attempt(trial));
  return findings;
}

function asksForRoles(policies: Readonly<Record<string, Policy>>): boolean {
  return Object.values(policies).some(({ rules }) =>
    Object.values(rules).some(({ roles }) => roles.length > 0),
  );
}

type Trial = Readonly<{ what: string; without: string; ask: () => Promise<unknown> }>;

async function attempt({ what, without, ask }: Trial): Promise<Finding> {
  const subject = 'app permissions';
  if ((await unlessRefused(ask().then(() => true))) !== null) return ok(subject, `the app may ${what}`);
  return {
    level: 'fault',
    subject,
    message: `the app may not ${what}: ${without}`,
    remedy: { words: `give the app the permission to ${what}, see docs/wix-site.md, section 3` },
  };
}
