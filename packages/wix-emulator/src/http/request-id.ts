import { randomInt } from 'node:crypto';

/** Seconds and a long number, as Wix's look. */
export const requestId = (now: number): string => `${Math.floor(now / 1000)}.${now}${randomInt(2 ** 40)}`;
