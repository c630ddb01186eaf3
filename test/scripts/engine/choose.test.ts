import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { chooseEngine } from '../../../scripts/engine/choose.ts';
import type { EngineName } from '../../../scripts/engine/engine.ts';
import { readEngineRecord, writeEngineRecord } from '../../../scripts/engine/record.ts';
import { openLabDir, type LabDir } from '../../../scripts/state/lab-dir.ts';

const dirs: string[] = [];

function emptyLabDir(): LabDir {
  const root = mkdtempSync(join(tmpdir(), 'mesh-workshop-choose-'));
  dirs.push(root);
  return openLabDir(root, {});
}

afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
});

interface Case {
  readonly flag?: EngineName;
  readonly env?: string;
  readonly up?: EngineName;
  readonly chosen?: EngineName;
  readonly answer?: EngineName;
  readonly engine: EngineName;
}

describe('the engine', () => {
  it.each<[string, Case]>([
    ['the flag, before everything', { flag: 'kind', env: 'cluster', up: 'sandbox', engine: 'kind' }],
    ['LAB_ENGINE, before what is up', { env: 'cluster', up: 'kind', engine: 'cluster' }],
    ['the one that is up, before the one chosen once', { up: 'sandbox', chosen: 'kind', engine: 'sandbox' }],
    ['the one chosen once, without another question', { chosen: 'kind', answer: 'sandbox', engine: 'kind' }],
    ['the answer at a terminal', { answer: 'kind', engine: 'kind' }],
    ['the sandbox, where nobody answers', { engine: 'sandbox' }],
    ['the sandbox, when LAB_ENGINE is empty', { env: '', engine: 'sandbox' }],
  ])('is %s', async (_, { flag, env, up, chosen, answer, engine }) => {
    const labDir = emptyLabDir();
    if (up !== undefined || chosen !== undefined) writeEngineRecord(labDir, { up, chosen });
    const ask = async (): Promise<EngineName | undefined> => answer;
    const chooses = chooseEngine({ flag, env: env === undefined ? {} : { LAB_ENGINE: env }, labDir, ask });
    await expect(chooses).resolves.toBe(engine);
  });

  it('is asked for once, and the answer is kept', async () => {
    const labDir = emptyLabDir();
    const ask = vi.fn<() => Promise<EngineName>>(async () => 'kind');
    const options = { flag: undefined, env: {}, labDir, ask };
    expect([await chooseEngine(options), await chooseEngine(options)]).toEqual(['kind', 'kind']);
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('is named with its choices when LAB_ENGINE is none', async () => {
    const chooses = chooseEngine({
      flag: undefined,
      env: { LAB_ENGINE: 'minikube' },
      labDir: emptyLabDir(),
      ask: undefined,
    });
    await expect(chooses).rejects.toThrow('LAB_ENGINE must be one of kind, sandbox, cluster, got "minikube"');
  });
});

describe('what is remembered of engines', () => {
  it('is forgotten part by part', () => {
    const labDir = emptyLabDir();
    writeEngineRecord(labDir, { up: 'kind', chosen: 'kind' });
    writeEngineRecord(labDir, { up: undefined });
    expect(readEngineRecord(labDir)).toEqual({ chosen: 'kind' });
  });

  it('is nothing when its file is not ours', () => {
    const labDir = emptyLabDir();
    writeFileSync(join(labDir.root, 'engine.json'), '{"up":"minikube","chosen":7}');
    expect(readEngineRecord(labDir)).toEqual({});
  });
});
