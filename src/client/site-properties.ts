/** Asks our own API from the browser, with the session cookie, and shows the answer in place of the server's values. */

type Answer = Partial<Record<string, string | null>>;

const facts = document.querySelector<HTMLElement>('[data-site-properties]');
const line = document.querySelector<HTMLElement>('[data-live-status]');
const button = document.querySelector<HTMLButtonElement>('[data-live-button]');

/** Longer than the server waits for Wix, so that its answer is the one that is shown. */
const PATIENCE_MS = 15_000;

async function refresh(): Promise<void> {
  say('Asking /api/site-properties …', 'loading');
  const startedAt = performance.now();
  try {
    const response = await fetch('/api/site-properties', { signal: AbortSignal.timeout(PATIENCE_MS) });
    const answer = (await response.json()) as Answer;
    if (!response.ok) return say(explain(response.status, answer), 'failed');
    show(answer);
    const took = Math.round(performance.now() - startedAt);
    say(`Live: the browser asked /api/site-properties and had its answer in ${took} ms.`, 'live');
  } catch {
    say('The server could not be reached. These values are from when the page was loaded.', 'failed');
  }
}

function show(properties: Answer): void {
  for (const value of facts?.querySelectorAll<HTMLElement>('[data-property]') ?? []) {
    value.textContent = properties[value.dataset['property'] ?? ''] || '–';
  }
}

function explain(status: number, { detail, requestId }: Answer): string {
  if (status === 401) return 'Your session has ended. Sign in again to ask.';
  return `${detail ?? 'Something went wrong.'} Request ${requestId ?? 'unknown'}.`;
}

function say(text: string, state: 'loading' | 'live' | 'failed'): void {
  if (line) {
    line.textContent = text;
    line.dataset['state'] = state;
  }
  facts?.setAttribute('aria-busy', String(state === 'loading'));
  if (button) button.disabled = state === 'loading';
}

if (button) {
  button.hidden = false;
  button.addEventListener('click', () => void refresh());
}
void refresh();
