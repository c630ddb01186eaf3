// The tags in a piece of HTML, which in Markdown may open in one node and close in another.

import { Tokenizer } from 'htmlparser2';

/** Offsets count from the start of the piece. */
export type HtmlToken =
  | { readonly kind: 'open' | 'close'; readonly name: string; readonly offset: number }
  | { readonly kind: 'text'; readonly text: string; readonly offset: number }
  | { readonly kind: 'comment'; readonly text: string; readonly offset: number };

export function readHtml(html: string): readonly HtmlToken[] {
  const tokens: HtmlToken[] = [];
  const ignore = (): void => undefined;
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      onopentagname: (start, end) => {
        tokens.push({ kind: 'open', name: html.slice(start, end).toLowerCase(), offset: start - 1 });
      },
      onclosetag: (start, end) => {
        tokens.push({ kind: 'close', name: html.slice(start, end).toLowerCase(), offset: start - 2 });
      },
      ontext: (start, end) => {
        tokens.push({ kind: 'text', text: html.slice(start, end), offset: start });
      },
      ontextentity: (codepoint, end) => {
        tokens.push({ kind: 'text', text: String.fromCodePoint(codepoint), offset: end });
      },
      oncomment: (start, end, endOffset) => {
        tokens.push({ kind: 'comment', text: html.slice(start, end - endOffset), offset: start });
      },
      onattribdata: ignore,
      onattribentity: ignore,
      onattribend: ignore,
      onattribname: ignore,
      // Like a comment, these end somewhere below and show nothing.
      oncdata: (start, end, endOffset) => {
        tokens.push({ kind: 'comment', text: html.slice(start, end - endOffset), offset: start });
      },
      ondeclaration: (start, end) => {
        tokens.push({ kind: 'comment', text: html.slice(start, end), offset: start });
      },
      onprocessinginstruction: (start, end) => {
        tokens.push({ kind: 'comment', text: html.slice(start, end), offset: start });
      },
      onend: ignore,
      onopentagend: ignore,
      onselfclosingtag: ignore,
    },
  );
  tokenizer.write(html);
  tokenizer.end();
  return tokens;
}
