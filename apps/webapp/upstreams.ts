// The services behind the web app, as its Go client calls them: no retries, a minute's patience, statuses ignored.

import type { AppContext } from '../app.ts';
import { call } from '../http-client.ts';
import type { Reply } from '../http-client.ts';
import type { Request } from '../http-server.ts';
import { decodeSlice, decodeStruct, encode } from './go-json.ts';

const noItem = { id: 0, color: '', department: '', name: '', price: '', imageUrl: '' };
const noUser = {
  id: 0,
  name: '',
  username: '',
  email: '',
  address: { street: '', suite: '', city: '', zipcode: '' },
  phone: '',
  website: '',
  company: { name: '', catchPhrase: '', bs: '' },
};

export type Item = typeof noItem;
export type User = typeof noUser;

/** @throws when the catalog does not answer, or not with a list of items */
export async function fetchItems(context: AppContext, request: Request): Promise<Item[]> {
  return decodeSlice(noItem, (await ask(context, request, 'CATALOG', '/items')).body);
}

/** @throws as {@link fetchItems}; an unknown item is answered with text, so that throws too */
export async function fetchItem(context: AppContext, request: Request, id: number): Promise<Item> {
  return decodeStruct(noItem, (await ask(context, request, 'CATALOG', `/items/${id}`)).body);
}

/** @throws when the catalog does not answer 201 */
export async function createItem(context: AppContext, request: Request, item: Item): Promise<void> {
  const { status } = await ask(context, request, 'CATALOG', '/items', encode(withoutEmptyImage(item)));
  if (status !== 201) throw new Error(`the catalog answered ${status}`);
}

/** @throws when the forum does not answer, or not with a list of users */
export async function fetchUsers(context: AppContext, request: Request): Promise<User[]> {
  return decodeSlice(noUser, (await ask(context, request, 'FORUM', '/api/users')).body);
}

/** @throws when the text is not an item */
export function decodeItem(text: string): Item {
  return decodeStruct(noItem, text);
}

/** `imageUrl` is the one field that is left out when it is empty. */
export function withoutEmptyImage(item: Item): Partial<Item> {
  const { imageUrl, ...rest } = item;
  return imageUrl === '' ? rest : item;
}

function ask(
  context: AppContext,
  request: Request,
  service: 'CATALOG' | 'FORUM',
  path: string,
  body?: string,
): Promise<Reply> {
  const host = context.env[`${service}_SERVICE_HOST`] ?? '';
  const port = Number(context.env[`${service}_SERVICE_PORT`] ?? '80');
  const post = body === undefined ? {} : { method: 'POST', body };
  const headers = {
    'user-agent': 'beegoServer',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...forwarded(request),
  };
  return call(context, { host, port, path, headers, timeoutMs: 60_000, ...post });
}

/** Only `x-…` and `Authorization…` pass, and of each only the first value. */
function forwarded(request: Request): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headers)) {
    const value = values?.[0];
    if (value !== undefined && (name.startsWith('x-') || name.startsWith('authorization')))
      headers[name] = value;
  }
  return headers;
}
