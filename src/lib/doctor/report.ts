import { exitCodeOf, type Call, type Finding, type Level } from './finding.ts';

/** One line for each finding, and what to do about it below. */
export function inWords(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ level, subject, place, message, remedy }) => [
    `${level.padEnd(9)}  ${subject}: ${message}${place === undefined ? '' : ` [${place}]`}`,
    ...(remedy ? [`${INDENT}→ ${remedy.words}`] : []),
    ...(remedy?.call ? [`${INDENT}  ${curl(remedy.call)}`] : []),
  ]);
  const hasCalls = findings.some(({ remedy }) => remedy?.call);
  return [...lines, ...(hasCalls ? ['', ...TOKEN] : []), '', summaryOf(findings), ''].join('\n');
}

/** The same for programs. */
export function asJson(findings: readonly Finding[]): string {
  return `${JSON.stringify({ exitCode: exitCodeOf(findings), findings }, null, 2)}\n`;
}

const INDENT = ' '.repeat(11);

/** For a POSIX shell, where a single-quoted text ends at the next quote. */
function curl({ method, url, body }: Call): string {
  const data = JSON.stringify(body).replaceAll(`'`, String.raw`'\''`);
  return `curl -s -X ${method} ${url} -H "Authorization: $TOKEN" -H 'Content-Type: application/json' -d '${data}'`;
}

/** Nothing secret stands in it: the shell puts the variables in, and shows them to no other process. */
const TOKEN = [
  'These calls take the app’s token. On a live site, with the variables of the site:',
  `  TOKEN=$(printf '{"grant_type":"client_credentials","client_id":"%s","client_secret":"%s","instance_id":"%s"}' \\`,
  `    "$WIX_CLIENT_ID" "$WIX_CLIENT_SECRET" "$WIX_CLIENT_INSTANCE_ID" | curl -s https://www.wixapis.com/oauth2/token \\`,
  `    -H 'Content-Type: application/json' -d @- | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
  'Offline no call reaches the embedded Wix: change packages/wix-emulator/seeds/demo.json and remove the data folder.',
];

function summaryOf(findings: readonly Finding[]): string {
  const count = (level: Level) => findings.filter((one) => one.level === level).length;
  return `${count('ok')} ok, ${count('warning')} warnings, ${count('fault')} faults, ${count('unchecked')} unchecked`;
}
