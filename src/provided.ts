/**
 * A value that the application's start makes once and everything else reads: a setter and a getter.
 * The getter throws before the start, so that nothing runs on a half-made application.
 */
export function provided<Value>(name: string): [provide: (value: Value) => void, current: () => Value] {
  let held: { value: Value } | undefined;
  return [
    (value) => {
      held = { value };
    },
    () => {
      if (!held) throw new Error(`the ${name} is read before the application has started`);
      return held.value;
    },
  ];
}
