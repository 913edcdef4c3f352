/** How a call of the SDK ended: `ok`, `null`, a login state, or the code of the error it threw. */
type Outcome = string;

/** What a test did with the SDK, left in the test's report: method, then outcomes. */
export type SdkCalls = Record<string, Outcome[]>;

/** Promises of the running test: those it does not wait for itself are waited for before its report is written. */
const pending = new Set<Promise<unknown>>();
let calls: SdkCalls = {};

/** A test begins: nothing was called yet. */
export function beginRecord(): void {
  calls = {};
}

/** A test ends. Gives what it called, once all of it has ended. */
export async function endRecord(): Promise<SdkCalls> {
  await Promise.allSettled(pending);
  pending.clear();
  return calls;
}

const targets = new WeakMap<object, object>();

/** The client as it is, except that each call of one of its modules is noted with how it ended. */
export function recorded<Client extends object>(client: Client, areas: readonly string[]): Client {
  return proxyOf(client, (name, value) =>
    areas.includes(name) && isObject(value) ? recordedModule(value, name) : value,
  );
}

function recordedModule(module: object, area: string): object {
  return proxyOf(module, (name, value) =>
    typeof value === 'function'
      ? recordedCall(module, value as (...values: unknown[]) => unknown, `${area}.${name}`)
      : value,
  );
}

function recordedCall(owner: object, call: (...values: unknown[]) => unknown, method: string) {
  return (...values: unknown[]): unknown => {
    const result = attempt(method, () => call.apply(owner, values.map(unwrapped)));
    return settled(method, result);
  };
}

/** A promise is noted when it ends, a builder when one of its own calls gives a promise; anything else at once. */
function settled(method: string, result: unknown): unknown {
  if (result instanceof Promise) {
    const noted = result.then(
      (value: unknown) => note(method, outcomeOf(value)),
      (error: unknown) => note(method, failureOf(error)),
    );
    pending.add(noted);
    return result;
  }
  if (isObject(result) && isBuilder(result)) return recordedBuilder(method, result);
  note(method, 'ok');
  return result;
}

function recordedBuilder(method: string, builder: object): object {
  const proxy: object = proxyOf(builder, (_, value) => {
    if (typeof value !== 'function') return value;
    return (...values: unknown[]): unknown => {
      const call = value as (...values: unknown[]) => unknown;
      const result = attempt(method, () => call.apply(builder, values.map(unwrapped)));
      if (result === builder) return proxy;
      return result instanceof Promise || isBuilder(result) ? settled(method, result) : result;
    };
  });
  return proxy;
}

const isBuilder = (value: unknown): boolean =>
  isObject(value) &&
  ['find', 'run'].some((name) => typeof (value as Record<string, unknown>)[name] === 'function');

/** What the SDK refuses by itself is an outcome as well. */
function attempt(method: string, call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    note(method, failureOf(error));
    throw error;
  }
}

function note(method: string, outcome: Outcome): void {
  const outcomes = (calls[method] ??= []);
  if (!outcomes.includes(outcome)) outcomes.push(outcome);
}

function outcomeOf(value: unknown): Outcome {
  if (value === null) return 'null';
  if (!isObject(value)) return 'ok';
  const { loginState, errorCode } = value as { loginState?: string; errorCode?: string };
  if (loginState !== undefined && loginState !== 'SUCCESS') return errorCode ?? loginState;
  return 'ok';
}

function failureOf(error: unknown): Outcome {
  const { details, status, code } = error as {
    details?: {
      applicationError?: { code?: unknown };
      validationError?: unknown;
      errorCode?: unknown;
    };
    status?: unknown;
    code?: unknown;
  };
  const named = details?.applicationError?.code ?? details?.errorCode ?? code ?? status;
  if (typeof named === 'string' && named !== '') return named;
  if (typeof named === 'number') return String(named);
  if (details?.validationError) return 'invalid';
  const [wde] = /WDE\d{4}|WD_VALIDATION_ERROR|invalid_[a-z]+/.exec((error as Error).message) ?? [];
  return wde ?? 'refused';
}

function proxyOf<Target extends object>(
  target: Target,
  get: (name: string, value: unknown) => unknown,
): Target {
  const proxy = new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name, object);
      return typeof name === 'string' ? get(name, value) : value;
    },
  });
  targets.set(proxy, target);
  return proxy;
}

/** The SDK's builders reach into each other's private fields, which a proxy does not have. */
const unwrapped = (value: unknown): unknown => (isObject(value) ? (targets.get(value) ?? value) : value);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
