import type { AppContext } from './app.ts';
import type { Request } from './http-server.ts';

/** Resolves after `ms`, or as soon as the client has left: nobody waits for the answer then. */
export function delay(context: AppContext, ms: number, request: Request): Promise<void> {
  return new Promise((resolve) => {
    const cancel = context.after(ms, resolve);
    request.onGone(() => {
      cancel();
      resolve();
    });
  });
}
