import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deviceLabel } from './device-label.ts';

const labelOf = (agent: string) => deviceLabel(new Headers({ 'user-agent': agent }));

describe('how a device is called that gave no name', () => {
  const agents: [agent: string, label: string][] = [
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
    ['Mozilla/5.0 (Android 16; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0', 'Firefox on Android'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/140.0 Mobile/15E148 Safari/605.1.15',
      'Firefox on iPhone',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      'Chrome on macOS',
    ],
    [
      'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
      'Chrome on Android',
    ],
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36',
      'Chrome on Linux',
    ],
    [
      'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      'Chrome on ChromeOS',
    ],
    [
      'Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.0.0 Mobile/15E148 Safari/604.1',
      'Chrome on iPad',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
      'Edge on Windows',
    ],
    [
      'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
      'Samsung Internet on Android',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 OPR/120.0.0.0',
      'Opera on Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
      'Safari on iPhone',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
      'Safari on macOS',
    ],
    ['Mozilla/5.0 (compatible)', 'Browser'],
    ['curl/8.5.0', 'curl'],
    ['Wget/1.24.5', 'Wget'],
    ['python-requests/2.32.3', 'python-requests'],
    ['node', 'node'],
    ['okhttp/4.12.0', 'okhttp'],
    ['Zapier', 'Zapier'],
    ['Lanterns/3 CFNetwork/1568.100.1 Darwin/24.0.0', 'Lanterns'],
    ['Lanterns/3.1 (Android 16)', 'Lanterns on Android'],
  ];
  test.each(agents)('%s', (agent, label) => expect(labelOf(agent)).toBe(label));

  test.each(['', ' ', '/', '<script>alert(1)</script>', '()', '1.0', 'ä/1', `${'a'.repeat(41)}/1`])(
    '%j tells nothing',
    (agent) => expect(labelOf(agent)).toBeNull(),
  );

  test('nothing sent tells nothing', () => expect(deviceLabel(new Headers())).toBeNull());

  test('DS-05 whatever is sent, the label is short and plain, and costs next to nothing', () => {
    const text = fc
      .array(
        fc.oneof(
          fc.string({ unit: 'binary-ascii', maxLength: 50 }),
          fc.constantFrom(
            'Mozilla/5.0 ',
            'Chrome/',
            'Android',
            'Edg',
            'a'.repeat(10_000),
            '/'.repeat(10_000),
          ),
        ),
        { maxLength: 5 },
      )
      .map((parts) => parts.join('').replaceAll(/[\0\r\n]/g, ' '));
    const before = process.cpuUsage();
    fc.assert(
      fc.property(text, (agent) => {
        expect(labelOf(agent) ?? 'none').toMatch(/^[\w. -]{1,60}$/);
      }),
      { numRuns: 1_000 },
    );
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000 / 1_000).toBeLessThan(10);
  });
});
