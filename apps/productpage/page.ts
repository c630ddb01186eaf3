// The product page as a browser shows it: one file, nothing to load.

import { escapeHtml } from '../escape-html.ts';

/** The book's details by name, or why there are none. */
export type Details = Readonly<Record<string, unknown>> & { readonly error?: string };

export interface Review {
  readonly reviewer: string;
  readonly text: string;
  readonly rating?: { readonly stars: number; readonly color: string } | { readonly error: string };
}

export type Reviews =
  | { readonly podname: string; readonly reviews: readonly Review[] }
  | { readonly error: string };

export interface ProductPage {
  readonly title: string;
  readonly descriptionHtml: string;
  readonly details: Details;
  readonly reviews: Reviews;
  readonly user: string | undefined;
}

export function productPage({ title, descriptionHtml, details, reviews, user }: ProductPage): string {
  return document(`${signIn(user)}
<main>
<h2>${escapeHtml(title)}</h2>
<p>${descriptionHtml}</p>
<div class="columns">
<section>
${detailsTable(details)}
</section>
<section>
${reviewList(reviews)}
</section>
</div>
</main>`);
}

export function indexPage(): string {
  return document(`<main>
<h2>Bookinfo</h2>
<p>A book shop of four services, to practise with.</p>
<ul>
<li><a href="/productpage">The product page</a></li>
<li><a href="/api/v1/products">The products as JSON</a></li>
</ul>
</main>`);
}

function signIn(user: string | undefined): string {
  if (user !== undefined && user !== '') {
    return `<nav>Signed in as <b>${escapeHtml(user)}</b> (<a href="/logout">sign out</a>)</nav>`;
  }
  return `<nav><form method="post" action="/login">
<label>User <input name="username" autocomplete="username" required></label>
<label>Password <input name="passwd" type="password" autocomplete="off"></label>
<button>Sign in</button>
</form></nav>`;
}

function detailsTable(details: Details): string {
  if (details.error !== undefined) return failure('Error fetching product details', details.error);
  const rows = (['ISBN-10', 'publisher', 'pages', 'type', 'language'] as const).map((name) => {
    const label = name === 'ISBN-10' ? name : `${name[0]?.toUpperCase()}${name.slice(1)}`;
    return `<tr><th>${label}</th><td>${escapeHtml(String(details[name]))}</td></tr>`;
  });
  return `<h3>Book Details</h3>\n<table>${rows.join('')}</table>`;
}

function reviewList(reviews: Reviews): string {
  if ('error' in reviews) return failure('Error fetching product reviews', reviews.error);
  const quotes = reviews.reviews.map(
    ({ reviewer, text, rating }) =>
      `<blockquote><p>"${escapeHtml(text)}"</p>${stars(rating)}<footer>${escapeHtml(reviewer)}</footer></blockquote>`,
  );
  return `<h3>Book Reviews</h3>
${quotes.join('\n')}
<dl><dt>Reviews served by:</dt><dd><code>${escapeHtml(reviews.podname)}</code></dd></dl>`;
}

function stars(rating: Review['rating']): string {
  if (rating === undefined) return '';
  if ('error' in rating) return `<p class="failure text-red-500"><i>${escapeHtml(rating.error)}</i></p>`;
  const count = Math.min(5, Math.max(0, Math.trunc(rating.stars)));
  const glyphs = `${'★'.repeat(count)}${'☆'.repeat(5 - count)}`;
  const color = escapeHtml(rating.color);
  // Bookinfo's own class names: what looks for `text-red-500` in its page finds it here, and nowhere in the style.
  return `<p class="stars gap-x-1 text-${color}-500" style="color: ${color}" title="${count} of 5">${glyphs}</p>`;
}

function failure(heading: string, text: string): string {
  return `<h3 class="failure text-red-500">${heading}</h3>\n<p>${escapeHtml(text)}</p>`;
}

function document(body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Simple Bookstore App</title>
<style>${style}</style>
</head>
<body>
<header><h1>Bookinfo</h1></header>
${body}
</body>
</html>
`;
}

const style = `
:root { color-scheme: light; background: #fff; color: #222; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 64rem; margin: 0 auto; padding: 1rem; }
nav { padding: .5rem 0; border-bottom: 1px solid #8884; }
form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 2rem; }
th { text-align: left; padding-right: 1.5rem; font-weight: 500; }
blockquote { margin: 0 0 1rem; padding: .5rem 1rem; border-left: 4px solid #8886; }
blockquote p { margin: 0; }
.stars { font-size: 1.4rem; letter-spacing: .25rem; }
.failure { color: #c22; }
dl { display: flex; gap: .5rem; } dd { margin: 0; }
`;
