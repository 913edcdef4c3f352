import type { WixEmulator } from '../../packages/wix-emulator/src/index.ts';

const OWN = 'https://www.wixapis.com';

/** A browser without scripts, as much of one as forms and links need: it keeps cookies and follows redirects. */
export class Browser {
  readonly #wix: WixEmulator;
  #headers = new Headers();
  address = '';
  status = 0;
  html = '';
  /** Where a redirect led that is no longer the emulator. */
  left: string | undefined;
  /** By name, each as it was set. */
  readonly cookies: Map<string, string>;

  constructor(wix: WixEmulator, cookies: Iterable<[string, string]> = []) {
    this.#wix = wix;
    this.cookies = new Map(cookies);
  }

  /** Another window on the same page, with cookies of its own from here on. */
  copy(): Browser {
    const other = new Browser(this.#wix, this.cookies);
    Object.assign(other, { address: this.address, html: this.html });
    return other;
  }

  visit(address: string): Promise<void> {
    return this.#go(address, {});
  }

  /** Follows the link of that text. */
  follow(text: string): Promise<void> {
    const link = [...this.html.matchAll(/<a[^>]*href="([^"]*)"[^>]*>([^<]*)<\/a>/g)].find(
      ([, , label]) => label === text,
    );
    if (!link) throw new Error(`There is no link "${text}"`);
    return this.visit(new URL(unescape(link[1] ?? ''), this.address).href);
  }

  /** Fills the form in and sends it, hidden fields included; fields it does not have are left out. */
  submit(values: Readonly<Record<string, string>>): Promise<void> {
    const [, action = ''] = /<form[^>]*action="([^"]*)"/.exec(this.html) ?? [];
    const body = new URLSearchParams();
    for (const [input] of this.html.matchAll(/<input[^>]*>/g)) {
      const name = attribute(input, 'name') ?? '';
      const isBox = attribute(input, 'type') === 'checkbox';
      const value = values[name] ?? (isBox ? undefined : (attribute(input, 'value') ?? ''));
      if (value !== undefined) body.append(name, value);
    }
    const target = new URL(unescape(action), this.address).href;
    return this.#go(target, {
      method: 'POST',
      body,
      headers: { origin: OWN, 'sec-fetch-site': 'same-origin' },
    });
  }

  get title(): string {
    return unescape(/<title>([^<]*)<\/title>/.exec(this.html)?.[1] ?? '');
  }

  header(name: string): string | null {
    return this.#headers.get(name);
  }

  /** What stands in a field. */
  field(name: string): string | undefined {
    const input = [...this.html.matchAll(/<input[^>]*>/g)].find(([tag]) => attribute(tag, 'name') === name);
    return input && attribute(input[0], 'value');
  }

  async #go(address: string, { headers, ...init }: RequestInit): Promise<void> {
    this.left = undefined;
    const { origin, pathname } = new URL(address);
    if (origin !== OWN) {
      this.left = address;
      return;
    }
    const sent = new Headers(headers);
    sent.set('accept', 'text/html');
    const cookies = [...this.cookies.values()].filter((cookie) => pathname.startsWith(pathOf(cookie)));
    if (cookies.length > 0) sent.set('cookie', cookies.map((cookie) => cookie.split(';')[0]).join('; '));
    const answer = await this.#wix.fetch(
      new Request(address, { ...init, headers: sent, redirect: 'manual' }),
    );
    for (const cookie of answer.headers.getSetCookie()) this.#keep(cookie);
    const location = answer.headers.get('location');
    if (location !== null) return this.#go(new URL(location, address).href, {});
    this.#headers = answer.headers;
    this.address = address;
    this.status = answer.status;
    this.html = await answer.text();
  }

  #keep(cookie: string): void {
    const [name = ''] = cookie.split('=');
    if (/max-age=0/i.test(cookie)) this.cookies.delete(name);
    else this.cookies.set(name, cookie);
  }
}

const pathOf = (cookie: string): string => /path=([^;]+)/i.exec(cookie)?.[1] ?? '/';

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return found === undefined ? undefined : unescape(found);
}

const unescape = (text: string): string =>
  text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
