/** A deployment that lost its Wix variables must fail, not be answered by a Wix that knows nobody. */
export function refuseProduction(): void {
  if (process.env['NODE_ENV'] === 'production') {
    throw new Error(
      'The Wix emulator is for development and tests; it does not start while NODE_ENV is production',
    );
  }
}
