// What a fence is, by its language and attributes: every fence runs, is compared, or says why not.

import { didYouMean } from '../../closest.ts';
import { expectedLines, type CompareMode } from '../compare/compare-output.ts';
import { unknownHoles } from '../compare/line-pattern.ts';
import { parseDuration } from './duration.ts';
import type { Attribute, Fence } from './fence.ts';
import type { Command, ExpectedExit, ExpectedOutput, Manifest, Skipped } from './lab.ts';
import { placeUnder } from './place.ts';
import type { Reader } from './reader.ts';

export type FenceBlock =
  | Command
  | Manifest
  | Skipped
  | { readonly kind: 'output'; readonly expected: ExpectedOutput }
  | { readonly kind: 'check-fence'; readonly fence: Fence };

/** How long a command may take when it does not say so, in milliseconds. */
export const defaultTimeoutMs = 120_000;

const attributesOf: ReadonlyMap<string, readonly string[]> = new Map([
  ['sh', ['exit', 'timeout', 'within', 'skip']],
  ['text', ['expect', 'skip']],
  ['yaml', ['check', 'file', 'skip']],
]);

const modes: readonly CompareMode[] = ['same', 'like', 'contains'];

/** undefined for a fence that is none of these; what is wrong with it has been reported. */
export function readFenceBlock(fence: Fence, reader: Reader): FenceBlock | undefined {
  const known = attributesOf.get(fence.lang) ?? ['skip'];
  for (const { name, at } of fence.attributes.values()) {
    if (!known.includes(name)) {
      const message = `${name} is not an attribute of a ${fence.lang || 'nameless'} fence${didYouMean(name, known)}: it can have ${known.join(', ')}`;
      reader.problems.add(at, 'unknown-attribute', message);
    }
  }
  const skip = fence.attributes.get('skip');
  if (skip !== undefined) return readSkipped(fence, skip, known, reader);
  switch (fence.lang) {
    case 'sh':
      return readCommand(fence, reader);
    case 'text':
      return readOutput(fence, reader);
    case 'yaml':
      return readYaml(fence, reader);
    default:
      reader.problems.add(fence.at, 'unknown-language', unknownLanguage(fence.lang));
      return undefined;
  }
}

const shells = new Set(['bash', 'shell', 'console', 'zsh', 'sh-session']);

function unknownLanguage(lang: string): string {
  const reason = 'say why it is only to be read: skip="reason"';
  if (lang === '')
    return `A fence without a language does not run: write sh for commands, or a language and ${reason}`;
  if (shells.has(lang)) return `A ${lang} fence does not run: write sh, or ${reason}`;
  return `A ${lang} fence does not run${didYouMean(lang, attributesOf.keys())}: ${reason}`;
}

function readSkipped(fence: Fence, skip: Attribute, known: readonly string[], reader: Reader): Skipped {
  const { lang, text, at } = fence;
  const reason = (skip.value ?? '').trim();
  if (reason === '')
    reader.problems.add(skip.at, 'skip-reason', 'skip needs its reason: skip="an example only"');
  const others = known.filter((name) => name !== 'skip' && fence.attributes.has(name));
  if (others.length > 0) {
    reader.problems.add(
      skip.at,
      'skip-alone',
      `A skipped fence does nothing with ${others.join(', ')}: remove one`,
    );
  }
  return { kind: 'skipped', lang, text, reason, at };
}

function readCommand(fence: Fence, reader: Reader): Command {
  const { text, at } = fence;
  if (text.trim() === '')
    reader.problems.add(at, 'empty-fence', 'This sh fence has no command: write one, or remove it');
  const withinMs = readDuration(fence, 'within', reader);
  return {
    kind: 'command',
    text,
    at,
    exit: readExit(fence.attributes.get('exit'), reader),
    timeoutMs: readDuration(fence, 'timeout', reader) ?? defaultTimeoutMs,
    ...(withinMs === undefined ? {} : { withinMs }),
  };
}

function readExit(attribute: Attribute | undefined, { problems }: Reader): ExpectedExit {
  if (attribute === undefined) return 0;
  if (attribute.value === 'nonzero') return 'nonzero';
  if (/^\d{1,3}$/.test(attribute.value ?? '') && Number(attribute.value) <= 255)
    return Number(attribute.value);
  problems.add(attribute.at, 'bad-value', `exit must be nonzero or 0 to 255, got "${attribute.value ?? ''}"`);
  return 0;
}

function readDuration(fence: Fence, name: string, { problems }: Reader): number | undefined {
  const attribute = fence.attributes.get(name);
  if (attribute === undefined) return undefined;
  const ms = parseDuration(attribute.value ?? '');
  if (ms === undefined) {
    problems.add(
      attribute.at,
      'bad-value',
      `${name} must be a time such as 500ms, 30s or 2m, got "${attribute.value ?? ''}"`,
    );
  }
  return ms;
}

function readOutput(fence: Fence, reader: Reader): FenceBlock | undefined {
  const { text, at, start, end } = fence;
  const attribute = fence.attributes.get('expect');
  const mode = modes.find((candidate) => candidate === attribute?.value);
  if (mode === undefined) {
    const message =
      attribute === undefined
        ? 'A text fence is the output of the command above it: say how to compare it with expect=same, like or contains, or skip="reason"'
        : `expect must be ${modes.join(', ')}, got "${attribute.value ?? ''}"${didYouMean(attribute.value ?? '', modes)}`;
    reader.problems.add(attribute?.at ?? at, 'bad-value', message);
    return undefined;
  }
  if (mode !== 'same') {
    for (const { name, offset, suggestion } of unknownHoles(text)) {
      const message = `<${name}> is not a hole${suggestion}: write \\<${name}> for the text itself`;
      reader.problems.add(placeUnder(at, text, offset), 'unknown-hole', message);
    }
    if (fitsAnything(text, mode)) {
      const message = `Any output fits this: write a line of it, or expect=same and no line where there is none`;
      reader.problems.add(at, 'compares-nothing', message);
    }
  }
  return { kind: 'output', expected: { mode, text, at, start, end } };
}

/** `...` lines alone; nothing at all is no output. */
function fitsAnything(text: string, mode: CompareMode): boolean {
  const lines = expectedLines(text, mode);
  return lines.length > 0 && lines.every(({ kind }) => kind === 'anything');
}

function readYaml(fence: Fence, reader: Reader): FenceBlock | undefined {
  const check = fence.attributes.get('check');
  const file = fence.attributes.get('file');
  if (check !== undefined) {
    if (check.value !== undefined)
      reader.problems.add(check.at, 'bad-value', 'check takes no value: write yaml check');
    if (file !== undefined) reader.problems.add(file.at, 'bad-value', 'A check is not a file: remove file=');
    return { kind: 'check-fence', fence };
  }
  if (file === undefined) {
    const message = 'A yaml fence says what it is: check, file=path of the file it shows, or skip="reason"';
    reader.problems.add(fence.at, 'bare-yaml', message);
    return undefined;
  }
  const path = file.value ?? '';
  const text = reader.files.read(path);
  if (text === undefined) {
    reader.problems.add(
      file.at,
      'dead-path',
      `There is no file "${path}": paths count from the project's root`,
    );
  } else if (text.trimEnd() !== fence.text.trimEnd()) {
    reader.problems.add(
      fence.at,
      'stale-manifest',
      `This fence differs from ${path}: copy the file's text here`,
    );
  }
  return { kind: 'manifest', path, text: fence.text, at: fence.at };
}
