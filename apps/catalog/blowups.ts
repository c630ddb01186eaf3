// The catalog's switch for chaos: POST /blowup stores an order, and requests for items suffer it.

import type { AppContext } from '../app.ts';

/** What a request for items suffers. */
export type Blowup =
  | { readonly kind: 'none' }
  | { readonly kind: 'error' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'latency'; readonly ms: number };

/** The orders by their type, as GET /blowup shows them. Their fields are whatever was posted. */
export type Orders = Record<string, Readonly<Record<string, unknown>>>;

/** Lets every active order act; a lost answer outranks a late one. */
export function blowup(orders: Orders, { random, log }: AppContext): Blowup {
  let found: Blowup = { kind: 'none' };
  for (const order of Object.values(orders)) {
    if (order['active'] !== true) continue;
    switch (String(order['type'])) {
      case '500':
        if (strikes(order, random)) {
          log('Sending a 500 blowup');
          return { kind: 'error' };
        }
        break;
      case 'drop':
        if (strikes(order, random)) {
          log('Dropping connection');
          return { kind: 'drop' };
        }
        break;
      case 'latency': {
        const latencyMs = Number(order['latencyMs']) || 1_000;
        const ms = order['volatile'] ? Math.floor(random() * latencyMs) : latencyMs;
        log(`Sending a latency blowup for ${ms}ms`);
        found = { kind: 'latency', ms };
        break;
      }
      default:
    }
  }
  return found;
}

/** The original compares with `<=` and takes 0 for "not given": 50 strikes 51 times in 100, and 0 always. */
function strikes(order: Readonly<Record<string, unknown>>, random: () => number): boolean {
  return Math.floor(random() * 100) <= (Number(order['percentage']) || 100);
}
