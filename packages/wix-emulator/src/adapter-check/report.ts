/** How a check ended. What could not be looked at is no fault, and not proved either. */
export type Finding = Readonly<{
  area: string;
  /** What is right, when it is right. */
  says: string;
  outcome: 'right' | 'wrong' | 'skipped';
  why?: string;
}>;

/** Thrown by a check that has found something. */
export class Wrong extends Error {}

/** Thrown by a check that cannot be made here. */
export class Skipped extends Error {}

/** What was checked, in order. */
export class Report {
  readonly findings: Finding[] = [];

  /** Runs one check; whatever it throws is its finding. */
  async check(area: string, says: string, run: () => Promise<void> | void): Promise<void> {
    try {
      await run();
      this.findings.push({ area, says, outcome: 'right' });
    } catch (error) {
      const why = (error as Error).message;
      this.findings.push({ area, says, outcome: error instanceof Skipped ? 'skipped' : 'wrong', why });
    }
  }

  get isRight(): boolean {
    return this.findings.every(({ outcome }) => outcome !== 'wrong');
  }
}

export function expectThat(holds: boolean, why: string): void {
  if (!holds) throw new Wrong(why);
}

const MARKS = { right: 'ok', wrong: 'WRONG', skipped: 'skipped' } as const;

/** The findings for a person: by area, a line each. */
export function textOf(findings: readonly Finding[]): string {
  const areas = [...new Set(findings.map(({ area }) => area))];
  const lines = areas.flatMap((area) => [
    '',
    area,
    ...findings
      .filter((finding) => finding.area === area)
      .map(({ says, outcome, why }) => {
        const reason =
          why === undefined ? '' : `\n${' '.repeat(12)}${why.replaceAll('\n', `\n${' '.repeat(12)}`)}`;
        return `  ${MARKS[outcome].padEnd(8)}  ${says}${reason}`;
      }),
  ]);
  const count = (outcome: Finding['outcome']) =>
    findings.filter((finding) => finding.outcome === outcome).length;
  return `${lines.join('\n').trimStart()}\n\n${count('right')} right, ${count('wrong')} wrong, ${count('skipped')} skipped\n`;
}
