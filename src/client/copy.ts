/** Copies what stands in a field. Without scripts or a secure context the button stays away. */

for (const copier of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
  const source = document.getElementById(copier.dataset['copy'] ?? '');
  const told = copier.parentElement?.querySelector('[role="status"]');
  if (!told || !(source instanceof HTMLInputElement) || !isSecureContext) continue;
  copier.hidden = false;
  copier.addEventListener('click', () => void copyField(source, told));
}

async function copyField(source: HTMLInputElement, told: Element): Promise<void> {
  try {
    await navigator.clipboard.writeText(source.value);
    told.textContent = 'Copied.';
  } catch {
    source.select();
    told.textContent = 'The browser does not let us copy it. It is selected: copy it by hand.';
  }
}
