import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandOutput } from '../../../../scripts/lab/shell/output.ts';

const marker = Buffer.from('\0abc\0');
const bounds = { headBytes: 1_000_000, tailBytes: 1_000_000 };

/** What is left of bytes that come in pieces of the given sizes. */
function read(
  bytes: Buffer,
  sizes: readonly number[],
  limits = bounds,
): { output: CommandOutput; told: string } {
  let told = '';
  const output = new CommandOutput(marker, limits, (text) => {
    told += text;
  });
  let start = 0;
  for (const size of [...sizes, bytes.length]) {
    output.add(bytes.subarray(start, start + size));
    start += size;
  }
  return { output, told };
}

const piece = fc.oneof(
  fc.uint8Array({ maxLength: 6 }),
  fc.constantFrom('\0', '\0a', '\0abc', 'é👋', 'abc\0').map((text) => Buffer.from(text)),
);
const sizes = fc.array(fc.nat(7), { maxLength: 30 });

describe('the output of a command', () => {
  it('ends at the marker, wherever the pieces are cut', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), sizes, (pieces, cuts) => {
        const printed = Buffer.concat(pieces);
        fc.pre(!printed.includes(marker));
        const { output, told } = read(Buffer.concat([printed, marker, Buffer.from('later')]), cuts);
        // The marker's first byte may complete a marker that the output had begun.
        const all = Buffer.concat([printed, marker]);
        const expected = all.subarray(0, all.indexOf(marker)).toString('utf8');
        expect(output.ended).toBe(true);
        expect(output.text).toBe(expected);
        expect(told).toBe(expected);
      }),
    );
  });

  it('is whole without a marker once it is finished', () => {
    const { output } = read(Buffer.from('a\0ab'), [2]);
    expect(output.ended).toBe(false);
    output.finish();
    expect(output.text).toBe('a\0ab');
  });

  it('keeps its beginning and its end, however it comes', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{20,60}$/), sizes, (printed, cuts) => {
        const bytes = Buffer.concat([Buffer.from(printed), marker]);
        const { output, told } = read(bytes, cuts, { headBytes: 8, tailBytes: 6 });
        expect(output.droppedBytes).toBe(printed.length - 14);
        expect(output.text).toBe(
          `${printed.slice(0, 8)}\n… ${printed.length - 14} bytes left out …\n${printed.slice(-6)}`,
        );
        expect(told).toBe(printed);
      }),
    );
  });
});
