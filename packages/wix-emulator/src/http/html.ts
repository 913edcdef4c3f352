/** HTML that is safe to write out: made by `html`, so that every value in it was escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template. `false`, `null` and `undefined` write nothing, so `condition && html…` reads well. */
export type HtmlValue = Html | string | number | false | null | undefined | readonly HtmlValue[];

/** Writes HTML. Values are escaped for text and for attributes in quotes; only other `html` goes in as it is. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(parts.map((part, index) => part + write(values[index])).join(''));
}

function write(value: HtmlValue): string {
  if (value === undefined || value === null || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(write).join('');
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
