import { expect, test as base, type BrowserContext, type Page } from '@playwright/test';
import { openOwnSite, type OwnSite } from './own-site.ts';

/** The demo people of the emulator's seed. */
export const people = {
  ada: { email: 'ada@example.com', password: 'lovelace-1815' },
  grace: { email: 'grace@example.com', password: 'hopper-1906' },
  /** Signed up, but nobody has shown that the address is his. */
  alan: { email: 'alan@example.com', password: 'turing-1936' },
} as const;

type Person = keyof typeof people;
type Credentials = Readonly<{ email: string; password: string }>;

/** Somebody nobody has seen before. */
export function newcomer(): Credentials {
  return { email: `newcomer-${crypto.randomUUID()}@example.com`, password: 'a sentence is better' };
}

/** Fills in the sign-in page that is open, and sends it. */
export async function fillSignIn(page: Page, { email, password }: Credentials): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
}

/** A member who has just come in by the front door. */
export async function asMember(page: Page, person: Person | Credentials): Promise<Page> {
  const credentials = typeof person === 'string' ? people[person] : person;
  await page.goto('/login');
  await fillSignIn(page, credentials);
  await expect(page.getByText(credentials.email)).toBeVisible();
  return page;
}

/** A name no other test writes. */
function someName(): string {
  return `Someone ${crypto.randomUUID().slice(0, 8)}`;
}

/** Adds a connection by the form of the connections page, and gives its name. */
export async function addConnection(page: Page, name = someName()): Promise<string> {
  await page.goto('/connections');
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Add connection' }).click();
  await expect(page.getByRole('status')).toHaveText('Added to your connections.');
  return name;
}

/** Removes a connection that is listed on the page that is open. */
export async function removeConnection(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name }).click();
  await page.getByRole('link', { name: 'Remove…' }).click();
  await page.getByRole('button', { name: 'Remove for good' }).click();
  await expect(page.getByRole('status')).toHaveText('Removed.');
}

type Fixtures = {
  /**
   * Errors that pages wrote to the console, breaches of the content security policy among them, or threw. A test with
   * one left at its end fails; one that expects some takes them out.
   */
  complaints: string[];
  /** A site of this test's own, whose Wix it may set up or break. */
  ownSite: OwnSite;
};

export const test = base.extend<Fixtures>({
  complaints: [
    async ({ context }, use) => {
      const complaints = listenTo(context);
      await use(complaints);
      expect(complaints, 'errors in the console').toEqual([]);
    },
    { auto: true },
  ],

  ownSite: async ({ baseURL: _ }, use) => {
    const site = await openOwnSite();
    await use(site);
    await site.close();
  },
});

export { expect };

function listenTo(context: BrowserContext): string[] {
  const complaints: string[] = [];
  const refusedPages = new Set<string>();
  context.on('response', (response) => {
    // A page that is refused on purpose is an error to the console as well; a script or style that is missing is not
    // on purpose.
    if (response.request().isNavigationRequest() && response.status() >= 400)
      refusedPages.add(response.url());
  });
  context.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    const isRefusedPage =
      message.text().startsWith('Failed to load resource') && refusedPages.has(message.location().url);
    if (!isRefusedPage) complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  return complaints;
}
