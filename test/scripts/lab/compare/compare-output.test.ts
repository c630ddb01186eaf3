import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareOutput, type CompareMode } from '../../../../scripts/lab/compare/compare-output.ts';

const matches = (expected: string, actual: string, mode: CompareMode): boolean =>
  compareOutput(expected, actual, mode).matches;

describe('same', () => {
  it.each([
    ['a\nb', 'a\nb\n', true],
    ['a  \nb', 'a\nb\t\r\n\n\n', true],
    ['', '', true],
    ['', '\n', true],
    ['a', 'a\n\nb', false],
    ['a\nb', 'b\na', false],
    ['a  b', 'a b', false],
    ['  a', 'a', false],
    ['<n>', '5', false],
    ['...', 'a', false],
    ['50', '503', false],
    ['', 'a', false],
    ['a', '', false],
  ])('%j and %j: %s', (expected, actual, result) => {
    expect(matches(expected, actual, 'same')).toBe(result);
  });
});

describe('like', () => {
  it.each([
    ['is equal where there is no hole', 'a b\nc', 'a b\nc', true],
    ['takes any width of blanks', 'NAME READY', 'NAME      READY   ', true],
    ['does not take blanks for nothing', 'NAME READY', 'NAMEREADY', false],
    ['does not take nothing for blanks', 'NAMEREADY', 'NAME READY', false],
    ['never takes a part of a number', '50', '503', false],
    ['never takes a part of a word', 'Run', 'Running', false],
    ['needs all lines', 'a\nb', 'a', false],
    ['takes no further lines', 'a', 'a\nb', false],
    ['needs the order', 'a\nb', 'b\na', false],
    ['takes any lines for ...', 'a\n...\nd', 'a\nb\nc\nd', true],
    ['takes no line for ...', 'a\n...\nd', 'a\nd', true],
    ['takes any lines for ... at the end', 'a\n...', 'a\nb', true],
    ['needs the lines around ...', 'a\n...\nd', 'a\nb\nc', false],
    ['keeps the order across ...', 'b\n...\na', 'a\nb', false],
    ['takes several ...', '...\nb\n...\nd\n...', 'a\nb\nc\nd\ne', true],
    ['takes \\... for the text itself', 'a\n\\...\nb', 'a\n...\nb', true],
    ['takes \\... for nothing else', 'a\n\\...\nb', 'a\nx\nb', false],
    ['takes \\< for the text itself', 'a \\<n> b', 'a <n> b', true],
    ['takes \\< for nothing else', 'a \\<n> b', 'a 5 b', false],
    ['takes two backslashes for one before a hole', String.raw`C:\\<n>`, String.raw`C:\5`, true],
    [
      'takes what kubectl prints between brackets as text',
      'web <none> <pending>',
      'web   <none>  <pending>',
      true,
    ],
    ['takes regular expression characters as text', 'a.c (x|y) [z]* $1 ^', 'a.c (x|y) [z]* $1 ^', true],
    ['has no wildcards of its own', 'a.c', 'abc', false],
  ])('%s', (_title, expected, actual, result) => {
    expect(matches(expected, actual, 'like')).toBe(result);
  });
});

describe('contains', () => {
  it.each([
    ['takes lines between', 'b\nd', 'a\nb\nc\nd\ne', true],
    ['needs every line', 'b\nx', 'a\nb\nc', false],
    ['needs the order', 'd\nb', 'a\nb\nc\nd', false],
    ['needs whole lines', '50', '503', false],
    ['needs a line as often as it stands there', 'a\na', 'a\nb', false],
    ['has holes', 'HTTP/1.1 <n> OK', 'x\nHTTP/1.1 200 OK\r\ny', true],
  ])('%s', (_title, expected, actual, result) => {
    expect(matches(expected, actual, 'contains')).toBe(result);
  });
});

describe('a hole', () => {
  it.each([
    [
      '<pod>',
      ['catalog-5c9f8b7d4f-x2x9z', 'productpage-v1-54bb874995-2xd8m', 'db-0', 'fluentd-x7k2p'],
      ['catalog', 'catalog-v1', 'catalog-5c9f8b7d4f-'],
    ],
    [
      'catalog-<hash>',
      ['catalog-5c9f8b7d4f-x2x9z', 'catalog-5c9f8b7d4f', 'catalog-x2x9z'],
      ['catalog-', 'catalog-5c9f8b7d4f-x2x9z-more', 'webapp-5c9f8b7d4f-x2x9z'],
    ],
    ['sha256:<hash>', ['sha256:0123456789abcdef'], ['sha256:xyz!']],
    ['<age>', ['0s', '119s', '2m5s', '7m', '3h25m', '47h', '5d3h', '2y35d'], ['5', 's', '5x', '5s3m', '']],
    [
      '<ip>',
      ['10.96.0.1', '255.255.255.255', '::1', 'fd00:10:244::5'],
      ['10.96.0', '256.1.1.1', '10.96.0.1.5', 'x'],
    ],
    ['<ip>:<port>', ['10.96.0.1:80', '127.0.0.1:65535'], ['10.96.0.1:0', '127.0.0.1:65536', '127.0.0.1:']],
    ['<uuid>', ['9f3b1c7e-0d2a-4b7e-8f00-1234567890ab'], ['9f3b1c7e-0d2a-4b7e-8f00', '9f3b1c7e']],
    [
      '<time>',
      [
        '2025-04-01T10:00:00Z',
        '2025-04-01T10:00:00.123456789+02:00',
        '2025-04-01 10:00:00',
        'Tue, 01 Apr 2025 10:00:00 GMT',
        '10:00:00',
      ],
      ['25:00:00', '2025-04-01', '10:00'],
    ],
    ['<n>', ['0', '42', '-3', '47.9'], ['4x', '', '4.', '1,000']],
    ['took <ms>ms', ['took 12ms', 'took 0.5ms'], ['took ms', 'took -1ms']],
    ['a <any> z', ['a b z', 'a b c d z'], ['a z', 'a  z']],
  ])('%s', (expected, good, bad) => {
    expect(good.filter((actual) => !matches(expected, actual, 'like'))).toEqual([]);
    expect(bad.filter((actual) => matches(expected, actual, 'like'))).toEqual([]);
  });

  it('takes a table of kubectl apart', () => {
    const expected = 'NAME READY STATUS RESTARTS AGE\ncatalog-<hash> 2/2 Running <n> <age>';
    const table = (ready: string): string =>
      'NAME                       READY   STATUS    RESTARTS   AGE\n' +
      `catalog-5c77b59ddf-x2x9z   ${ready}     Running   0          12s\n`;
    expect(matches(expected, table('2/2'), 'like')).toBe(true);
    expect(matches(expected, table('1/2'), 'like')).toBe(false);
  });
});

describe('any text', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', ' ', '\n', '.', '<', '>', '\\', 'n', '\t', '50', 'é'),
    maxLength: 40,
  });

  it('is the same as itself', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (own) => {
        expect(matches(own, own, 'same')).toBe(true);
      }),
    );
  });

  it('is the same as no text whose lines differ', () => {
    const lines = (of: string): string => of.replaceAll(/[^\S\n]+$/gm, '').replace(/\n+$/, '');
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(matches(one, other, 'same')).toBe(lines(one) === lines(other));
      }),
    );
  });

  it('contains itself in like and contains when it has nothing special', () => {
    const plain = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '*', '(', 'x'), maxLength: 40 });
    fc.assert(
      fc.property(plain, (own) => {
        expect(matches(own, own, 'like') && matches(own, own, 'contains')).toBe(true);
      }),
    );
  });

  it('that is missing a line is never like the whole', () => {
    const lines = fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(lines, fc.nat(), (all, seed) => {
        const less = all.toSpliced(seed % all.length, 1);
        const [whole, part] = [all.join('\n'), less.join('\n')];
        expect(matches(whole, part, 'like') || matches(part, whole, 'like')).toBe(false);
      }),
    );
  });
});
