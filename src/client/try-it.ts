/** Sends what the API reference describes, by token only: a cookie beside it would be refused, and is left at home. */

let token: string | undefined;

const TRY_PATIENCE_MS = 30_000;

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-sign-in]')) {
  reveal(form);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void signIn(form);
  });
}
for (const form of document.querySelectorAll<HTMLFormElement>('form[data-try]')) {
  reveal(form);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void tryOut(form);
  });
}
for (const hint of document.querySelectorAll<HTMLElement>('[data-needs-script]')) hint.hidden = true;

function reveal(form: HTMLFormElement): void {
  form.hidden = false;
}

async function signIn(form: HTMLFormElement): Promise<void> {
  const valueOf = (name: string) => form.querySelector<HTMLInputElement>(`[name="${name}"]`)?.value ?? '';
  const credentials = { email: valueOf('email'), password: valueOf('password') };
  const body = JSON.stringify({ ...credentials, device: 'API reference' });
  const headers = { 'content-type': 'application/json' };
  await busy(form, async () => {
    const { response, text } = await ask('/api/auth/login', { method: 'POST', headers, body });
    const answer = JSON.parse(text) as { state?: string; token?: string; detail?: string };
    token = answer.token ?? token;
    return answer.token === undefined
      ? `${response.status}: ${answer.detail ?? answer.state ?? 'no token'}`
      : `Signed in as ${credentials.email}. Requests carry this token now.`;
  });
}

async function tryOut(form: HTMLFormElement): Promise<void> {
  const shown = form.querySelector<HTMLElement>('[data-answer]');
  await busy(form, async () => {
    const begunAt = performance.now();
    const { response, text } = await ask(addressOf(form), initOf(form));
    if (shown) {
      shown.textContent = pretty(text);
      shown.hidden = text === '';
    }
    return `${response.status} in ${Math.round(performance.now() - begunAt)} ms`;
  });
}

/** Says what came of it, and keeps the button from being pressed twice. */
async function busy(form: HTMLFormElement, work: () => Promise<string>): Promise<void> {
  const status = form.querySelector<HTMLElement>('[data-status]');
  const button = form.querySelector('button');
  const say = (text: string) => status && (status.textContent = text);
  if (button) button.disabled = true;
  say('Asking …');
  try {
    say(await work());
  } catch {
    say('The server could not be reached, or its answer not be read.');
  } finally {
    if (button) button.disabled = false;
  }
}

async function ask(address: string, init: RequestInit): Promise<{ response: Response; text: string }> {
  const signal = AbortSignal.timeout(TRY_PATIENCE_MS);
  const response = await fetch(address, { ...init, signal, credentials: 'omit', redirect: 'error' });
  return { response, text: await response.text() };
}

function fieldsOf(form: HTMLFormElement, place: string): [string, string][] {
  const fields = form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(`[data-in="${place}"]`);
  return [...fields].flatMap(({ name, value }) =>
    value.trim() === '' ? [] : [[name, value] satisfies [string, string]],
  );
}

function addressOf(form: HTMLFormElement): string {
  const path = fieldsOf(form, 'path').reduce(
    (address, [name, value]) => address.replace(`{${name}}`, () => encodeURIComponent(value)),
    form.dataset['path'] ?? '',
  );
  const query = new URLSearchParams(fieldsOf(form, 'query')).toString();
  return query === '' ? path : `${path}?${query}`;
}

function initOf(form: HTMLFormElement): RequestInit {
  const headers = new Headers(fieldsOf(form, 'header'));
  const [body] = fieldsOf(form, 'body');
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  if (body) headers.set('content-type', 'application/json');
  return { method: form.dataset['method'] ?? 'GET', headers, ...(body && { body: body[1] }) };
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
