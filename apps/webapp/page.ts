import { escapeHtml } from '../escape-html.ts';
import type { Item, User } from './upstreams.ts';

/** The shop window: at most four items and four users; undefined where the service did not answer. */
export function page(items: readonly Item[] | undefined, users: readonly User[] | undefined): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Web App - Istio in Action</title>
<style>${style}</style>
</head>
<body>
<h1>Outfitters</h1>
<h2>Catalog</h2>
${items === undefined ? unavailable('catalog') : cards(items.slice(0, 4).map(itemCard))}
<h2>Forum</h2>
${users === undefined ? unavailable('forum') : cards(users.slice(0, 4).map(userCard))}
</body>
</html>
`;
}

function unavailable(service: string): string {
  return `<p class="unavailable">The ${service} service is currently not available.</p>`;
}

function cards(list: readonly string[]): string {
  return `<div class="cards">${list.join('')}</div>`;
}

function itemCard({ name, color, department, price, imageUrl }: Item): string {
  // The address is shown, not loaded: the page works without any other network.
  const image = imageUrl === '' ? '' : `<p class="image">${escapeHtml(imageUrl)}</p>`;
  return `<article><h3>${escapeHtml(name)}</h3>${image}<p>${escapeHtml(department)}, ${escapeHtml(color)}</p><p class="price">$${escapeHtml(price)}</p></article>`;
}

function userCard({ name, username, email, company }: User): string {
  return `<article><h3>${escapeHtml(name)}</h3><p>@${escapeHtml(username)}, ${escapeHtml(email)}</p><p>${escapeHtml(company.catchPhrase)}</p></article>`;
}

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); gap: 1rem; }
article { border: 1px solid #8886; border-radius: .75rem; padding: 1rem; }
h3, p { margin: 0 0 .25rem; }
.price { font-weight: 600; }
.image { font-size: .75rem; opacity: .7; overflow-wrap: anywhere; }
.unavailable { border-left: 4px solid #d33; padding: .5rem 1rem; }
`;
