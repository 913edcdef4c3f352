/** Copies what stands in a field. Without scripts or a secure context the button stays away. */

const button = document.querySelector<HTMLButtonElement>('[data-copy]');
const status = document.querySelector<HTMLElement>('[data-copied]');
const field = document.getElementById(button?.dataset['copy'] ?? '');

if (button && status && field instanceof HTMLInputElement && isSecureContext) {
  button.hidden = false;
  button.addEventListener('click', () => void copy(field, status));
}

async function copy(source: HTMLInputElement, told: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(source.value);
    told.textContent = 'Copied.';
  } catch {
    source.select();
    told.textContent = 'The browser does not let us copy it. It is selected: copy it by hand.';
  }
}
