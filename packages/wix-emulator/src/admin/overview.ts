import { Hono } from 'hono';
import { z } from 'zod';
import { html } from '../http/html.ts';
import type { Html } from '../http/html.ts';
import { SettingsChange } from '../settings.ts';
import type { SiteSettings } from '../settings.ts';
import type { Desk } from './desk.ts';
import { backTo, checked, FormNumber, readForm } from './form.ts';
import { button, deskPage } from './layout.ts';
import { ADMIN } from './paths.ts';

const LABELS: Record<keyof SiteSettings, string> = {
  emailVerification: 'A first sign-in needs a mailed code',
  ownerApproval: 'New members wait for the owner',
  captcha: 'Sign-in and sign-up need a captcha token',
  trustSignUps: 'The address of a sign-up counts as verified',
  accessTokenSeconds: 'Access tokens live, in seconds',
  replicaDelayMs: 'Reads lag behind, in milliseconds',
};

const SECONDS_IN = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const;
type Unit = keyof typeof SECONDS_IN;
const UNITS = Object.keys(SECONDS_IN) as Unit[];

const Forward = z.strictObject({
  amount: FormNumber.pipe(z.number().gt(0).max(100_000)),
  unit: z.enum(UNITS),
});

/** The site as a whole: its settings, its clock, its app, its state. */
export function overviewRoutes(desk: Desk): Hono {
  const { wix, site } = desk;
  const routes = new Hono();
  routes.get('/', (context) =>
    deskPage(context, {
      place: '',
      title: 'Overview',
      body: html`${settingsForm(site.chosenSettings())} ${clockForm(site.isoNow())} ${credentials(desk)}
      ${state()}`,
    }),
  );
  routes.post('/settings', async (context) => {
    const fields = await readForm(context, z.record(z.string(), z.string()));
    wix.settings.set(checked(SettingsChange, settingsOf(site.chosenSettings(), fields)));
    return backTo('', 'saved');
  });
  routes.post('/clock', async (context) => {
    const { amount, unit } = await readForm(context, Forward);
    wix.clock.forward(amount * SECONDS_IN[unit] * 1_000);
    return backTo('', 'moved');
  });
  routes.post('/reset', async () => {
    await wix.reset();
    return backTo('', 'reset');
  });
  return routes;
}

/** A box that is not ticked is missing from a form. */
function settingsOf(known: SiteSettings, fields: Record<string, string>): Record<string, unknown> {
  const flags = Object.entries(known).filter(([, value]) => typeof value === 'boolean');
  return {
    ...Object.fromEntries(flags.map(([key]) => [key, false])),
    ...Object.fromEntries(
      Object.entries(fields).map(([key, value]) => [key, value === 'on' || checked(FormNumber, value)]),
    ),
  };
}

function settingsForm(settings: SiteSettings): Html {
  const field = (key: keyof SiteSettings) => {
    const value = settings[key];
    if (typeof value === 'number') {
      return html`<div class="field">
        <label for="${key}">${LABELS[key]}</label>
        <input id="${key}" name="${key}" type="number" min="0" required value="${value}" />
      </div>`;
    }
    return html`<div class="check">
      <input id="${key}" name="${key}" type="checkbox" ${value && html` checked`} />
      <label for="${key}">${LABELS[key]}</label>
    </div>`;
  };
  return html`<section class="sheet">
    <h2>Settings</h2>
    <form method="post" action="${ADMIN}/settings">
      ${(Object.keys(settings) as (keyof SiteSettings)[]).map(field)}
      <p class="actions"><button>Save</button></p>
    </form>
  </section>`;
}

const clockForm = (now: string): Html =>
  html`<section class="sheet">
    <h2>Clock</h2>
    <p>
      It is <time datetime="${now}">${now}</time> on the site. It only moves forward; the next start puts it
      back to the machine’s.
    </p>
    <form method="post" action="${ADMIN}/clock">
      <div class="field">
        <label for="amount">Forward by</label>
        <input id="amount" name="amount" type="number" min="1" max="100000" required value="1" />
      </div>
      <div class="field">
        <label for="unit">Unit</label>
        <select id="unit" name="unit">
          ${UNITS.map((unit) => html`<option${unit === 'hours' && html` selected`}>${unit}</option>`)}
        </select>
      </div>
      <p class="actions"><button>Move the clock</button></p>
    </form>
  </section>`;

const credentials = ({ wix: { app }, site }: Desk): Html =>
  html`<section class="sheet">
    <h2>App</h2>
    <dl>
      <dt>WIX_CLIENT_ID</dt>
      <dd><code>${app.clientId}</code></dd>
      <dt>WIX_CLIENT_INSTANCE_ID</dt>
      <dd><code>${app.instanceId}</code></dd>
      <dt>Site id</dt>
      <dd><code>${site.siteId()}</code></dd>
      <dt>Logins may return to</dt>
      ${app.redirectUris.map((uri) => html`<dd><code>${uri}</code></dd>`)}
    </dl>
    <details>
      <summary>Show the secrets</summary>
      <dl>
        <dt>WIX_CLIENT_SECRET</dt>
        <dd><code>${app.clientSecret}</code></dd>
        <dt>WIX_API_KEY</dt>
        <dd><code>${app.apiKey}</code></dd>
      </dl>
    </details>
  </section>`;

const state = (): Html =>
  html`<section class="sheet">
    <h2>State</h2>
    <p>
      Everything the site holds but its app and the key it signs with: as secret as the data file.
      <a href="${ADMIN}/api/state" download="site.jsonl">Export</a>
    </p>
    <form method="post" action="${ADMIN}/state" enctype="multipart/form-data">
      <div class="field">
        <label for="state">An exported state, to take the place of everything here</label>
        <input id="state" name="state" type="file" required />
      </div>
      <p class="actions"><button>Import</button></p>
    </form>
    <h2>Start again</h2>
    <p>Drops everything but the app and the key it signs with, and plants the seed.</p>
    ${button('/reset', 'Reset the site', 'danger')}
  </section>`;
