import { array, assert, constantFrom, oneof, property, string, type Arbitrary } from 'fast-check';
import { describe, it } from 'vitest';
import { CurlError } from '../../../../sandbox/kubelet/commands/curl/curl-error.ts';
import { expandGlobs } from '../../../../sandbox/kubelet/commands/curl/globs.ts';
import { parseOptions } from '../../../../sandbox/kubelet/commands/curl/options.ts';
import { parseTarget } from '../../../../sandbox/kubelet/commands/curl/target.ts';
import { parseScript, ShellSyntaxError } from '../../../../sandbox/kubelet/commands/shell/parse.ts';

/** Text rich in the characters that mean something to the parser. */
const made = (...parts: string[]): Arbitrary<string> =>
  array(oneof(constantFrom(...parts), string({ maxLength: 4 })), { maxLength: 12 }).map((words) =>
    words.join(''),
  );

const throwsOnly = (parse: () => unknown, kind: typeof CurlError | typeof ShellSyntaxError): boolean => {
  try {
    parse();
  } catch (error) {
    return error instanceof kind;
  }
  return true;
};

describe('random input is read or refused, and never breaks', () => {
  it('a shell script', () => {
    const script = made(
      'for ',
      'i in ',
      '; ',
      'do ',
      'done',
      '"',
      "'",
      '$',
      '${x}',
      '$(seq 3)',
      '&& ',
      '> /dev/null',
      '\\',
      '\n',
    );
    assert(property(script, (text) => throwsOnly(() => parseScript(text), ShellSyntaxError)));
  });

  it('a URL', () => {
    const url = made(
      'http://',
      'https:',
      '@',
      ':',
      '/',
      '..',
      '?',
      '#',
      '[',
      ']',
      '1-3',
      '{',
      '}',
      ',',
      '80',
    );
    assert(
      property(url, (text) =>
        throwsOnly(() => expandGlobs(text).map((each) => parseTarget(each)), CurlError),
      ),
    );
  });

  it('a command line', () => {
    const words = array(made('-', '--', 's', 'o', 'H', 'data', 'http://x', 'no-'), { maxLength: 6 });
    assert(property(words, (args) => throwsOnly(() => parseOptions(args), CurlError)));
  });
});
