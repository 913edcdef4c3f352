import { Hono } from 'hono';
import { z } from 'zod';
import type { SetFault } from '../faults/faults.ts';
import { faultPresets, FaultRule } from '../faults/rule.ts';
import { WixError } from '../http/errors.ts';
import { html } from '../http/html.ts';
import type { Html } from '../http/html.ts';
import type { Desk } from './desk.ts';
import { backTo, checked, FormNumber, readForm } from './form.ts';
import { button, deskPage, table } from './layout.ts';
import { ADMIN } from './paths.ts';

const NUMBERS = ['times', 'probability', 'seed', 'status', 'retryAfterSeconds', 'delayMs'];

/** What goes wrong on purpose. */
export function faultsRoutes({ wix }: Desk): Hono {
  const routes = new Hono();
  routes.get('/faults', (context) =>
    deskPage(context, {
      place: '/faults',
      title: 'Faults',
      body: html`${setFaults(wix.faults.list())} ${presets()} ${ruleForm()}`,
    }),
  );
  routes.post('/faults', async (context) => {
    const fields = await readForm(context, z.record(z.string(), z.string()));
    setFault({ wix }, ruleOf(fields));
    return backTo('/faults', 'set');
  });
  routes.post('/faults/preset/:name', (context) => {
    const name = context.req.param('name');
    if (!Object.hasOwn(faultPresets, name)) throw new WixError(404, `There is no preset ${name}`);
    wix.faults.set(faultPresets[name as keyof typeof faultPresets]);
    return backTo('/faults', 'set');
  });
  routes.post('/faults/:id/remove', (context) => {
    wix.faults.remove(context.req.param('id'));
    return backTo('/faults', 'removed');
  });
  return routes;
}

/** Sets a rule from outside, where a mistake is the sender's. */
export function setFault({ wix }: Pick<Desk, 'wix'>, rule: unknown): string {
  const known = checked(FaultRule, rule);
  if (known.fault === 'wrong-member' && !wix.members.find(known.member)) {
    throw new WixError(400, `There is no member ${known.member}`);
  }
  return wix.faults.set(known);
}

const ruleOf = (fields: Record<string, string>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      NUMBERS.includes(key) ? checked(FormNumber, value) : value,
    ]),
  );

const setFaults = (faults: readonly SetFault[]): Html =>
  html`<section class="sheet">
    <h2>Set</h2>
    ${table(
      'Faults that are set',
      ['Rule', 'Hits', 'More'],
      faults.map(
        ({ id, rule, hits }) =>
          html`<tr>
            <td class="mono long">${JSON.stringify(rule)}</td>
            <td>${hits}</td>
            <td>${button(`/faults/${id}/remove`, 'Remove')}</td>
          </tr>`,
      ),
    )}
  </section>`;

const presets = (): Html =>
  html`<section class="sheet">
    <h2>Ready to set</h2>
    <div class="actions">
      ${Object.keys(faultPresets).map((name) => button(`/faults/preset/${name}`, name.replaceAll('-', ' ')))}
    </div>
  </section>`;

type Field = Readonly<{
  name: string;
  label: string;
  hint?: string;
  value?: string;
  options?: readonly string[];
}>;

const FIELDS: readonly Field[] = [
  { name: 'fault', label: 'What happens', options: FaultRule.options.map(({ shape }) => shape.fault.value) },
  {
    name: 'path',
    label: 'Path',
    hint: 'Exact, or its beginning with * at the end. Not for stale reads.',
    value: '*',
  },
  { name: 'method', label: 'Method', hint: 'Every one, when empty.' },
  { name: 'times', label: 'How many times', hint: 'Always, when empty.' },
  { name: 'probability', label: 'Share of the requests', hint: 'Between 0 and 1; all, when empty.' },
  { name: 'seed', label: 'Seed of the share', hint: 'The same seed hits the same requests.' },
  { name: 'status', label: 'Status', hint: 'For status: 400 to 599.' },
  { name: 'retryAfterSeconds', label: 'Retry-After', hint: 'For status, in seconds.' },
  { name: 'delayMs', label: 'Delay', hint: 'For slow and stale reads, in milliseconds.' },
  { name: 'when', label: 'When it is cut', hint: 'For cut.', options: ['', 'before', 'during'] },
  { name: 'member', label: 'The wrong member', hint: 'For wrong member: id or login e-mail.' },
];

const ruleForm = (): Html =>
  html`<section class="sheet">
    <h2>Set another</h2>
    <form method="post" action="${ADMIN}/faults">
      ${FIELDS.map(field)}
      <p class="actions"><button>Set the fault</button></p>
    </form>
  </section>`;

const field = ({ name, label, hint, value, options }: Field): Html =>
  html`<div class="field">
    <label for="${name}">${label}</label>
    ${
      options
        ? html`<select
            id="${name}"
            name="${name}"
            ${hint !== undefined && html` aria-describedby="${name}-hint"`}
          >
            ${options.map((option) => html`<option>${option}</option>`)}
          </select>`
        : html`<input id="${name}" name="${name}" value="${value}" aria-describedby="${name}-hint" />`
    }
    ${hint !== undefined && html`<span class="hint" id="${name}-hint">${hint}</span>`}
  </div>`;
