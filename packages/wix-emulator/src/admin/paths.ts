/** Where the owner's desk is: a path that no API of Wix begins with. */
export const ADMIN = '/_emulator';
