import { createHash } from 'node:crypto';
import { crowd, rowsOf, type CrowdMember } from '../crowd.ts';
import type { SiteOptions } from '../harness.ts';
import { toSeedMember } from '../crowd.ts';

/** Who is there, what is theirs, and which marks must never be seen by somebody else. */
export const members: readonly CrowdMember[] = crowd(12);

/** Of each member, and of each pair of neighbours. */
export const ROWS = 8;

/** Two members who were introduced to each other: what is written there is for both of them. */
type Pair = Readonly<{ canary: string; between: readonly [CrowdMember, CrowdMember] }>;

export const pairs: readonly Pair[] = members.map((one, index) => ({
  canary: createHash('md5').update(`pair ${index}`).digest('hex'),
  between: [one, members[(index + 1) % members.length] as CrowdMember],
}));

/** What no member may see of any row. */
const HIDDEN = 'hidden ';

/** A moment that stands in rows of this member alone. */
const momentOf = (member: CrowdMember) => `2020-02-02T02:02:02.${100 + members.indexOf(member)}Z`;

/** Every field of every row holds a mark of whoever may see it. */
export const population: Pick<SiteOptions, 'members' | 'items'> = {
  members: members.map(toSeedMember),
  items: {
    SITConnections: members.flatMap((member) =>
      rowsOf(member, ROWS).map((row, index) => ({
        ...row,
        phone: `${member.canary} phone`,
        // Some states are common to all, so that filters for them have something to leave out.
        ...(index % 2 === 0 && { status: `${member.canary} status` }),
        lastContact: { $date: momentOf(member) },
      })),
    ),
    Venues: [{ _id: 'back-room', name: 'The back room', doorCode: `${HIDDEN}code` }],
    Introductions: pairs.map(({ canary, between }) => ({
      _id: `${canary}-0`,
      subject: `${canary} subject`,
      stage: `${canary} stage`,
      memberIds: between.map(({ id }) => id),
      venue: 'back-room',
      hostNote: `${HIDDEN}${canary}`,
    })),
  },
};

/** The first foreign mark in a text; `undefined` when there is none. */
export function foreignMarkIn(text: string, reader: CrowdMember): string | undefined {
  if (text.includes(HIDDEN)) return HIDDEN;
  return marksNotFor(reader).find((mark) => text.includes(mark));
}

/** The same for texts that may repeat what was asked: ids and addresses are known to whoever asks by them. */
export function foreignContentIn(text: string, reader: CrowdMember): string | undefined {
  return canariesNotFor(reader).find((canary) => text.includes(`${canary} `)) ?? hiddenIn(text);
}

function hiddenIn(text: string): string | undefined {
  return ['code', ...[...members, ...pairs].map(({ canary }) => canary)]
    .map((mark) => HIDDEN + mark)
    .find((mark) => text.includes(mark));
}

function marksNotFor(reader: CrowdMember): string[] {
  const others = members.filter((member) => member !== reader);
  return [
    ...canariesNotFor(reader),
    ...others.flatMap((member) => [member.email, momentOf(member), markOf(member)]),
  ];
}

function canariesNotFor(reader: CrowdMember): string[] {
  return [
    ...members.filter((member) => member !== reader).map(({ canary }) => canary),
    ...pairs.filter(({ between }) => !between.includes(reader)).map(({ canary }) => canary),
  ];
}

/** Begins every text that this member writes into connections, so that a row tells who has written to it. */
export const markOf = (member: CrowdMember): string => `[by ${members.indexOf(member)}]`;
