import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLibrary } from '../../../../scripts/environment/library.ts';
import { loadLab } from '../../../../scripts/lab/format/labs.ts';
import { generateMutations } from '../../../../scripts/lab/mutate/generate.ts';
import type { Mutation } from '../../../../scripts/lab/mutate/mutation.ts';
import { objectsOf } from '../../../../scripts/lab/why/intended.ts';
import { projectRoot } from '../../../../scripts/environment/project-root.ts';

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');

const mutationsOf = (number: number): readonly Mutation[] =>
  generateMutations(loadLab(openLibrary({}), number), { baseFiles: [], read });

const named = (number: number, step: number): readonly string[] =>
  mutationsOf(number)
    .filter((mutation) => mutation.step === step)
    .map(({ name, rung }) => `${name} (${rung})`);

describe('generated mutations', () => {
  it('are the mistakes that everybody makes, with the rung of each', () => {
    expect(named(3, 3)).toEqual([
      'VirtualService catalog: retryOn dropped (distribution)',
      'VirtualService catalog: host misspelt (valid)',
      'VirtualService catalog: namespace wrong (exists)',
    ]);
    expect(named(2, 4)).toEqual([
      'Gateway outfitters-gateway: selector changed (accepted)',
      'Gateway outfitters-gateway: namespace wrong (exists)',
      'VirtualService webapp-virtualservice: host misspelt (valid)',
      'VirtualService webapp-virtualservice: namespace wrong (exists)',
    ]);
  });

  it('are made only in the rules that a step changes', () => {
    expect(named(5, 8)).toContain('VirtualService shop: subset dropped in rule 1 (distribution)');
    expect(named(5, 9)).toEqual([
      'VirtualService shop: host misspelt (accepted)',
      'VirtualService shop: namespace wrong (exists)',
    ]);
  });

  it('leave out subsets that no rule sends to', () => {
    expect(named(4, 2)).toEqual([
      'DestinationRule catalog: subset version-v1 dropped (valid)',
      'DestinationRule catalog: host misspelt (valid)',
      'DestinationRule catalog: namespace wrong (exists)',
    ]);
  });

  it('change nothing else in the file', () => {
    for (const { change } of mutationsOf(2)) {
      if (change.kind !== 'file') throw new Error('not a file');
      const [before, after] = [objectsOf(read(change.file)), objectsOf(change.text)];
      expect(
        after.filter((object, index) => JSON.stringify(object) !== JSON.stringify(before[index])),
      ).toHaveLength(1);
    }
  });
});
