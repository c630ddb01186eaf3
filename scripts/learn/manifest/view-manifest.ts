// The manifest that is about to be applied, with what is new in it marked against what the cluster has.

import { styleText } from 'node:util';
import wrapAnsi from 'wrap-ansi';
import { parseAllDocuments, type Document } from 'yaml';
import type { Before, ObjectName } from '../../cluster/last-applied.ts';
import { markChanges, markedLines, noMarks, type MarkedLine } from './marked-lines.ts';

export interface ManifestOptions {
  /** The text of a file, or undefined when there is none. */
  readonly read: (path: string) => string | undefined;
  /** What an object was before; undefined when there is no such object. Left out where there is no cluster to ask. */
  readonly readBefore?: (object: ObjectName) => Promise<Before | undefined>;
}

export interface ManifestView {
  /** `labs/rule.yaml changes VirtualService catalog (+ new, - before):` */
  readonly title: string;
  /** All of it, as it comes on the screen. */
  readonly lines: readonly string[];
  /** What is new in it, with some lines around; undefined when it changes nothing that was there. */
  readonly changes: readonly string[] | undefined;
}

export interface ManifestLook {
  readonly color: boolean;
  readonly width: number;
}

export type ViewManifest = (
  path: string,
  /** For objects that name none. */
  namespace: string | undefined,
  look: ManifestLook,
) => Promise<ManifestView | undefined>;

const contextLines = 3;

/** Of the file as it is now: learners edit it. undefined when there is none. */
export const manifestViewer =
  ({ read, readBefore }: ManifestOptions): ViewManifest =>
  async (path, namespace, look) => {
    const text = read(path);
    if (text === undefined) return undefined;
    const { title, lines, isChange } = await compare(text, namespace, readBefore);
    const show = (some: readonly MarkedLine[]): readonly string[] =>
      some.flatMap((line) => showLine(line, isChange, look));
    return {
      title: wrapAnsi(`${path}${title}:`, look.width),
      lines: show(lines),
      changes: isChange ? show(hunks(lines)) : undefined,
    };
  };

interface Comparison {
  readonly title: string;
  readonly lines: readonly MarkedLine[];
  readonly isChange: boolean;
}

async function compare(
  text: string,
  namespace: string | undefined,
  readBefore: ManifestOptions['readBefore'],
): Promise<Comparison> {
  if (readBefore === undefined)
    return { title: '', lines: markedLines(text.trimEnd(), noMarks()), isChange: false };
  const marks = noMarks();
  const made: string[] = [];
  const changed: string[] = [];
  for (const document of documentsOf(text)) {
    const object = nameOf(document, namespace);
    if (object === undefined) continue;
    const title = `${object.kind} ${object.name}`;
    const before = await readBefore(object);
    if (before === undefined) made.push(title);
    else {
      const size = marks.added.size + marks.removed.size;
      markChanges(text, document, before, marks);
      if (marks.added.size + marks.removed.size > size) changed.push(title);
    }
  }
  return {
    title: ` ${describe(made, changed)}`,
    lines: markedLines(text.trimEnd(), marks),
    isChange: changed.length > 0,
  };
}

function describe(made: readonly string[], changed: readonly string[]): string {
  const parts = [
    ...(made.length === 0 ? [] : [`makes ${list(made)}`]),
    ...(changed.length === 0 ? [] : [`changes ${list(changed)} (+ new, - before)`]),
  ];
  return parts.length === 0 ? 'is in the cluster as it stands here' : parts.join(', ');
}

const list = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;

function showLine(
  { mark, text }: MarkedLine,
  isChange: boolean,
  { color, width }: ManifestLook,
): readonly string[] {
  const start = isChange ? `  ${mark} ` : '    ';
  const lines = wrapComment(text, width - start.length).map((part) => `${start}${part}`.trimEnd());
  if (!color || mark === ' ') return lines;
  return lines.map((line) => styleText(mark === '+' ? 'green' : 'red', line, { validateStream: false }));
}

/** Lines of comment are prose; the others stay as they are. */
function wrapComment(line: string, width: number): readonly string[] {
  const [, sign = '', words = ''] = /^(\s*# )(.*)$/.exec(line) ?? [];
  if (sign === '' || line.length <= width) return [line];
  return wrapAnsi(words, Math.max(20, width - sign.length))
    .split('\n')
    .map((part) => sign + part);
}

/** Changed lines with some around them, and … for the rest. */
function hunks(lines: readonly MarkedLine[]): readonly MarkedLine[] {
  const isNear = (index: number): boolean =>
    lines.slice(Math.max(0, index - contextLines), index + contextLines + 1).some(({ mark }) => mark !== ' ');
  return lines.flatMap((line, index): MarkedLine[] => {
    if (isNear(index)) return [line];
    return index === 0 || isNear(index - 1) ? [{ mark: ' ', text: '…' }] : [];
  });
}

const documentsOf = (text: string): readonly Document.Parsed[] => {
  const documents = parseAllDocuments(text);
  return Array.isArray(documents) ? documents.filter(({ errors }) => errors.length === 0) : [];
};

function nameOf(document: Document.Parsed, namespace: string | undefined): ObjectName | undefined {
  const object = document.toJS() as Partial<{
    apiVersion: string;
    kind: string;
    metadata: Partial<ObjectName>;
  }> | null;
  const { apiVersion, kind, metadata } = object ?? {};
  if (apiVersion === undefined || kind === undefined || metadata?.name === undefined) return undefined;
  return { apiVersion, kind, name: metadata.name, namespace: metadata.namespace ?? namespace };
}
