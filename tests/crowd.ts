import { createHash } from 'node:crypto';

/** Many members with rows of their own, each value marked with its owner's canary. */
export type CrowdMember = Readonly<{ id: string; email: string; password: string; canary: string }>;

/** `size` members, the same ones every time. */
export function crowd(size: number): CrowdMember[] {
  return Array.from({ length: size }, (_, index) => {
    const number = String(index).padStart(4, '0');
    return {
      id: `00000000-0000-4000-a000-00000000${number}`,
      email: `member-${number}@example.com`,
      password: `crowd-password-${number}`,
      // 128 bits that appear nowhere else, so that finding one is proof of whose data it is.
      canary: createHash('md5').update(`canary ${number}`).digest('hex'),
    };
  });
}

export function toSeedMember({ id, email, password, canary }: CrowdMember) {
  return { id, loginEmail: email, password, profile: { nickname: canary } };
}

/** Rows of one member; the office's remark carries the canary too, though nobody may ever see it. */
export function rowsOf({ email, canary }: CrowdMember, count: number) {
  return Array.from({ length: count }, (_, index) => ({
    _id: `${canary}-${index}`,
    _createdDate: { $date: new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString() },
    name: `${canary} name ${index}`,
    status: ['lead', 'active', 'paused'][index % 3],
    // Some rows lack the field, so that sorting and filtering meet emptiness too.
    ...(index % 4 !== 0 && { company: `${canary} company` }),
    notes: `${canary} notes`,
    memberEmail: email,
    internalRemark: `hidden ${canary}`,
  }));
}
