import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Lab } from '../../../scripts/lab/format/lab.ts';
import { isCurrent, writeCurrent } from '../../../scripts/state/inventories.ts';
import { openLabDir, type LabDir } from '../../../scripts/state/lab-dir.ts';
import { noProgress, readProgress, writeProgress } from '../../../scripts/state/progress.ts';
import { readReached, writeReached } from '../../../scripts/state/rehearsals.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mesh-workshop-lab-dir-')));
afterAll(() => rmSync(folder, { recursive: true }));

const project = join(folder, 'project');
const [ours, theirs, link] = ['a', 'b', 'link'].map((name) => join(folder, name, 'labs')) as [
  string,
  string,
  string,
];
for (const path of [ours, theirs, join(folder, 'link')]) mkdirSync(path, { recursive: true });
symlinkSync(ours, link);

const at = (labs?: string): LabDir =>
  openLabDir(project, { LAB_DIR: join(folder, 'lab'), ...(labs !== undefined && { LABS_DIR: labs }) });

describe('two folders of labs in one LAB_DIR', () => {
  const lab = { id: '01-note' } as Lab;

  it('have one cluster, and each its own progress and talks', () => {
    writeProgress(at(ours), 1, { ...noProgress(0), done: ['one'] });
    writeReached(at(ours), 1, { end: 5 });
    expect(at(theirs).kubeconfig).toBe(at(ours).kubeconfig);
    for (const other of [at(theirs), at()]) {
      expect(readProgress(other, 1)).toBeUndefined();
      expect(readReached(other, 1)).toBeUndefined();
    }
    expect(readProgress(at(ours), 1)?.done).toEqual(['one']);
  });

  it('are not taken for each other when the cluster was prepared for the lab of one', () => {
    writeCurrent(at(ours), lab);
    expect([at(ours), at(theirs), at()].map((dir) => isCurrent(dir, lab))).toEqual([true, false, false]);
    writeCurrent(at(), lab);
    expect([at(ours), at(theirs), at()].map((dir) => isCurrent(dir, lab))).toEqual([false, false, true]);
  });

  it('are one when it is the same folder, by whatever path', () => {
    expect(readProgress(at(link), 1)?.done).toEqual(['one']);
    expect(at(join(project, 'labs')).labs).toEqual(at().labs);
  });
});
