import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { securityTable } from './security-cases.ts';

/** `npm run security-table`: writes into docs/security.md which tests show which case. */

const page = fileURLToPath(new URL('../docs/security.md', import.meta.url));
const written = await securityTable(readFileSync(page, 'utf8'));
writeFileSync(page, await format(written, { ...(await resolveConfig(page)), filepath: page }));
