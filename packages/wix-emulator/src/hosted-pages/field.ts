import { html } from '../http/html.ts';
import type { Html } from '../http/html.ts';

/** What is wrong with what was typed, by the name of the field; '' is the form as a whole. */
export type Problems = Readonly<Record<string, string>>;

export type Field = Readonly<{
  name: string;
  label: string;
  type: 'email' | 'password' | 'text';
  autocomplete: string;
  value?: string;
  hint?: string;
  optional?: boolean;
  inputMode?: 'numeric';
}>;

/** A labelled input with its hint and its problem tied to it. */
export function field(definition: Field, problems: Problems): Html {
  const { name, label, type, autocomplete, value = '', hint, optional, inputMode } = definition;
  const problem = problems[name];
  const describedBy = [hint && `${name}-hint`, problem && `${name}-error`].filter(Boolean).join(' ');
  return html`<div class="field">
    <label for="${name}">${label}${optional && html` <span class="soft">(optional)</span>`}</label>
    ${hint && html`<p class="hint" id="${name}-hint">${hint}</p>`}
    ${problem && html`<p class="error" id="${name}-error">${problem}</p>`}
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      autocomplete="${autocomplete}"
      value="${value}"
      ${inputMode && html`inputmode="${inputMode}"`}
      ${!optional && html`required`}
      ${describedBy && html`aria-describedby="${describedBy}"`}
      ${problem && html`aria-invalid="true" autofocus`}
    />
  </div>`;
}

/** A problem of the form as a whole. */
export const formProblem = (problems: Problems): Html | undefined =>
  problems[''] === undefined ? undefined : html`<p class="notice bad" role="alert">${problems['']}</p>`;

/** Stands for the puzzle of a real captcha, while the site asks for one. */
export function captchaField(isAsked: boolean, problems: Problems): Html | undefined {
  if (!isAsked) return undefined;
  const problem = problems['captcha'];
  return html`<div class="field">
    ${problem && html`<p class="error" id="captcha-error">${problem}</p>`}
    <label class="check"
      ><input
        type="checkbox"
        name="captcha"
        value="solved"
        ${problem && html`aria-describedby="captcha-error" aria-invalid="true"`}
      />
      I am not a robot</label
    >
  </div>`;
}
