import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { SeedSchema } from '../seed/schema.ts';
import type { Seed } from '../seed/schema.ts';
import { UsageError } from './options.ts';

const DEMO_SEED = new URL('../../seeds/demo.json', import.meta.url);

export function readSeed(path: string | undefined): Seed {
  try {
    const seed = JSON.parse(readFileSync(path ?? DEMO_SEED, 'utf8')) as Seed;
    SeedSchema.parse(seed);
    return seed;
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new UsageError(`--seed ${path ?? DEMO_SEED.pathname}: ${reason}`);
  }
}
