import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './actors.ts';

type View = Readonly<{ width: number; height: number; colorScheme: 'light' | 'dark' }>;

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 900 };

/** Colours do not depend on the width, so each size and each scheme once says nearly as much as all of them do. */
const VIEWS: readonly View[] = [
  { ...PHONE, colorScheme: 'dark' },
  { ...DESK, colorScheme: 'light' },
  ...(process.env['LONG']
    ? ([
        { ...PHONE, colorScheme: 'light' },
        { ...DESK, colorScheme: 'dark' },
      ] as const)
    : []),
];

/**
 * The page that is open can be read and used by everybody, light and dark, on a phone and on a desk: no fault that axe
 * knows (WCAG 2.2 AA), nothing beyond the screen's edge, and no control too small for a finger.
 */
export async function expectReadable(page: Page): Promise<void> {
  for (const { colorScheme, ...size } of VIEWS) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Legacy: in the page itself, which has no frames, and not in another one.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    const faults = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target }) => `${id}: ${target.join(' ')}`),
    );
    expect(faults, `${size.width} pixels, ${colorScheme}`).toEqual([]);
    expect(await tooSmall(page), `too small to touch at ${size.width} pixels`).toEqual([]);
    expect(await overflow(page), `scrolls sideways at ${size.width} pixels`).toBe(0);
  }
}

/** How far the page reaches beyond the screen. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Controls of less than 44 pixels in height. WCAG 2.2, 2.5.5. */
function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll(
        'button, .button, input:not([type=hidden], [type=checkbox]), select, textarea, nav a',
      ),
    ]
      .filter((control) => control.checkVisibility() && control.getBoundingClientRect().height < 44)
      .map((control) => control.outerHTML),
  );
}
