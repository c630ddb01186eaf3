import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callStandIn, type Answer } from './support/call.ts';

// What needs no cluster: the kubeconfig points to a port nobody listens on.
describe('the stand-in for kubectl', () => {
  let folder: string;
  let kubeconfig: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'mesh-workshop-stand-in-'));
    kubeconfig = path.join(folder, 'kubeconfig');
    writeFileSync(
      kubeconfig,
      `current-context: nowhere
clusters: [{ name: nowhere, cluster: { server: 'https://127.0.0.1:1' } }]
users: [{ name: me, user: { token: secret } }]
contexts: [{ name: nowhere, context: { cluster: nowhere, user: me } }]
`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const call = (line: string): Promise<Answer> => callStandIn(line.split(' '), { kubeconfig, cwd: folder });

  it.each([
    ['describe pod x', '"describe"'],
    ['explain pod', '"explain"'],
    ['constructor', '"constructor"'],
    ['get pods --nope', '"--nope"'],
    ['get pods -z', '"-z"'],
    ['create deployment x', '"create deployment"'],
    ['rollout pause deploy/x', '"rollout pause"'],
    ['config use-context x', '"config use-context"'],
  ])('refuses %s by name, with where the real one is', async (line, named) => {
    const { exitCode, out, err } = await call(line);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toContain(`this stand-in for kubectl does not know ${named}; it knows `);
    expect(err).toMatch(/; the real one: https:\/\/kubernetes\.io\/docs\/tasks\/tools\/\n$/);
  });

  it('says in the words of kubectl that nobody answers', async () => {
    expect(await call('get pods')).toEqual({
      exitCode: 1,
      out: '',
      err: 'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?\n',
    });
  });

  it.each([
    ['get pods -n', 'error: flag needs an argument: -n\n'],
    ['get pods --context none', 'error: context "none" does not exist\n'],
    ['get pods --kubeconfig /nowhere/config', 'error: stat /nowhere/config: no such file or directory\n'],
    ['wait pod/x --for=condition=Ready --timeout=5', 'error: time: invalid duration "5"\n'],
    ['wait pod/x --for=nonsense', 'error: unrecognized condition: "nonsense"\n'],
    ['scale deploy x --replicas=-1', 'error: The --replicas=COUNT flag is required'],
    ['delete pod x --cascade=never', 'error: invalid cascade value (never).'],
  ])('refuses %s before it asks the API', async (line, sentence) => {
    const { exitCode, err } = await call(line);
    expect(exitCode).toBe(1);
    expect(err.slice(0, sentence.length)).toBe(sentence);
  });

  it('shows no credential unless asked to', async () => {
    expect((await call('config view')).out).not.toContain('secret');
    expect((await call('config view --raw')).out).toContain('token: secret');
  });
});
