/** What Node's `fetch` rejects with when the other side hangs up. */
export class ConnectionCut extends TypeError {
  constructor(message: 'fetch failed' | 'terminated' = 'fetch failed') {
    super(message, { cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }) });
  }
}

/** The first half of an answer that breaks off, for a server, which must break it off at its socket. */
export type HalfAnswer = Readonly<{ status: number; headers: Headers; length: number; bytes: Uint8Array }>;

const halves = new WeakMap<Response, HalfAnswer>();

/** The answer, whose body fails in the middle. */
export async function cutInHalf(answer: Response): Promise<Response> {
  const whole = new Uint8Array(await answer.arrayBuffer());
  const bytes = whole.subarray(0, Math.floor(whole.length / 2));
  const { status, headers } = answer;
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
    },
    pull(controller) {
      controller.error(new ConnectionCut('terminated'));
    },
  });
  const cut = new Response(body, { status, headers });
  halves.set(cut, { status, headers, length: whole.length, bytes });
  return cut;
}

export const halfOf = (answer: Response): HalfAnswer | undefined => halves.get(answer);
