// Go's ServeMux sends a client that asks for `//logo.svg` or `/a/../b` to the clean path, before any handler is asked.

import { escapeHtml } from '../escape-html.ts';

/** As net/http cleans it: one slash, no `.` and `..`, and the slash at the end stays. */
export function cleanPath(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const isFolder = path.endsWith('/') && kept.length > 0;
  return `/${kept.join('/')}${isFolder ? '/' : ''}`;
}

/** Body of Go's http.Redirect to a GET. */
export const redirectPage = (location: string): string =>
  `<a href="${escapeHtml(location)}">Moved Permanently</a>.\n\n`;
