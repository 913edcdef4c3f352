import { banner, letter } from './banner.ts';
import { serve } from './gatehouse.ts';
import { reasonForLive } from './mode.ts';

try {
  const gatehouse = await serve({
    variables: process.env,
    // There is no mailbox offline: whoever started it reads its mails.
    onMail: (mail) => console.log(letter(mail)),
  });
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    gatehouse.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // Started by a script whose own end must not leave a server behind.
  process.once('disconnect', stop);
  console.log(banner(gatehouse));
} catch (error) {
  console.error(`gatehouse: ${explain(error)}`);
  const live = reasonForLive(process.env);
  if (live) console.error(`gatehouse: this is live mode, since ${live}.`);
  process.exit(1);
}

function explain(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return `port ${process.env['PORT'] ?? '4321'} is taken; choose another one with PORT=`;
  if (code === 'EACCES' || code === 'EEXIST')
    return `the data folder cannot be used, see DATA_DIR: ${String(error)}`;
  return error instanceof Error ? error.message : String(error);
}
