// A fence: its language, its attributes with their places, and its text.

import type { Code } from 'mdast';
import { endOf, startOf } from './markdown.ts';
import type { Place, Source } from './place.ts';
import type { Problems } from './problem.ts';

export interface Fence {
  /** Empty when the fence names none. */
  readonly lang: string;
  /** In the order of the text, each name once. */
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** What stands inside, with `\n` line ends and without the last one. */
  readonly text: string;
  /** Of the opening line. */
  readonly at: Place;
  /** Offsets of the lines inside, with their line ends, in the README's text. */
  readonly start: number;
  readonly end: number;
}

/** `name`, `name=value` or `name="value with spaces"`. */
export interface Attribute {
  readonly name: string;
  /** undefined for a bare name. */
  readonly value: string | undefined;
  readonly at: Place;
}

/**
 * Reports a fence without an end, and attributes that cannot be read. Indented code is no fence: it is reported, and
 * undefined is returned.
 */
export function readFence(node: Code, source: Source, problems: Problems): Fence | undefined {
  const start = startOf(node);
  const at = source.placeAt(start);
  const written = source.text.slice(start, endOf(node));
  const marker = /^(?:`{3,}|~{3,})/.exec(written)?.[0];
  if (marker === undefined) {
    problems.add(at, 'indented-code', 'Indented code has no language: write it as a fence between ``` lines');
    return undefined;
  }
  if (!isClosed(written, marker)) {
    problems.add(at, 'unclosed-fence', `This fence is never closed: write ${marker} under its last line`);
  }
  const firstBreak = source.text.indexOf('\n', start);
  const contentStart = firstBreak === -1 ? source.text.length : firstBreak + 1;
  return {
    lang: node.lang ?? '',
    attributes: readAttributes(written, marker, start, source, problems),
    text: node.value.replaceAll('\r\n', '\n'),
    at,
    start: contentStart,
    end: Math.max(contentStart, source.text.lastIndexOf('\n', endOf(node) - 1) + 1),
  };
}

function isClosed(written: string, marker: string): boolean {
  const lastLine = written
    .slice(written.lastIndexOf('\n') + 1)
    .replace(/^[\s>]+/, '')
    .trimEnd();
  return (
    written.includes('\n') && lastLine.startsWith(marker) && lastLine.replaceAll(marker[0] ?? '', '') === ''
  );
}

const attribute = /([^\s="]+)(=(?:"([^"]*)"|([^\s"]+)))?(?=\s|$)|\S+/g;

function readAttributes(
  written: string,
  marker: string,
  start: number,
  source: Source,
  problems: Problems,
): ReadonlyMap<string, Attribute> {
  const attributes = new Map<string, Attribute>();
  const info = /^.*/.exec(written)?.[0] ?? '';
  const lang = /^\s*\S*/.exec(info.slice(marker.length))?.[0] ?? '';
  const metaStart = marker.length + lang.length;
  for (const match of info.slice(metaStart).matchAll(attribute)) {
    const [whole, name, assigned, quoted, plain] = match;
    const at = source.placeAt(start + metaStart + match.index);
    if (name === undefined) {
      problems.add(
        at,
        'bad-attribute',
        `Cannot read the attribute ${whole}: write name=value or name="some words"`,
      );
    } else if (attributes.has(name)) {
      problems.add(at, 'duplicate-attribute', `The attribute ${name} stands here twice: remove one`);
    } else {
      attributes.set(name, { name, value: assigned === undefined ? undefined : (quoted ?? plain ?? ''), at });
    }
  }
  return attributes;
}
