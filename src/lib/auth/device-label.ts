/** Longer headers are not read to the end; what tells browsers apart stands near it, well before this. */
const READ_CHARACTERS = 512;

/** The first that fits: browsers say they are all the others too, the rarer one last. */
const BROWSERS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];

/** The first that fits: Android says Linux too, and an iPhone "like Mac OS X". */
const SYSTEMS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac(?:intosh| OS X)\b/, 'macOS'],
  [/\b(?:Linux|X11)\b/, 'Linux'],
];

/** The name of the first product, as in `curl/8.5.0`: RFC 9110 §10.1.5. */
const PRODUCT = /^[A-Za-z][A-Za-z0-9._-]{0,39}(?=\/|\s|$)/;

/**
 * How a device is called that gave no name: "Firefox on Android", or the program's own name. It is there for its owner
 * to recognise and decides nothing, so a header that tells little makes a label that tells little.
 * @returns at most 60 characters, or `null` when there is nothing to go by.
 */
export function deviceLabel(headers: Headers): string | null {
  const agent = (headers.get('user-agent') ?? '').slice(0, READ_CHARACTERS);
  const browser = firstOf(BROWSERS, agent);
  const system = firstOf(SYSTEMS, agent);
  if (browser !== null) return system === null ? browser : `${browser} on ${system}`;
  const product = PRODUCT.exec(agent)?.[0];
  // Every browser says Mozilla first, so it is the name of none.
  const name = product === 'Mozilla' ? 'Browser' : product;
  if (name === undefined) return null;
  return system === null ? name : `${name} on ${system}`;
}

function firstOf(table: typeof BROWSERS, agent: string): string | null {
  return table.find(([pattern]) => pattern.test(agent))?.[1] ?? null;
}
