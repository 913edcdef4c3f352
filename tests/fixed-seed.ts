import fc from 'fast-check';

// The same cases every time, so that a red run means a change and not a throw of the dice. The long run throws it.
if (!process.env['LONG']) fc.configureGlobal({ seed: 1815 });
