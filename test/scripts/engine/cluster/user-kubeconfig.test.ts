// The user's kubeconfig, read for one context.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { approve } from '../../../../scripts/engine/cluster/approve.ts';
import { makeCurrent, readClusterRecord, remember } from '../../../../scripts/engine/cluster/record.ts';
import { readUserContext } from '../../../../scripts/engine/cluster/user-kubeconfig.ts';
import { openLabDir } from '../../../../scripts/state/lab-dir.ts';

const dir = mkdtempSync(join(tmpdir(), 'mesh-workshop-kubeconfig-'));

afterAll(() => rmSync(dir, { recursive: true, force: true }));

function write(path: string, content: object | string): string {
  const file = join(dir, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : stringify(content));
  return file;
}

const main = write('main/config', {
  'current-context': 'prod',
  contexts: [
    { name: 'prod', context: { cluster: 'prod', user: 'admin', namespace: 'payments' } },
    { name: 'class', context: { cluster: 'class', user: 'teacher' } },
    { name: 'torn', context: { cluster: 'nowhere', user: 'admin' } },
  ],
  clusters: [
    {
      name: 'prod',
      cluster: { server: 'https://prod.example:6443', 'certificate-authority': 'certs/ca.pem' },
    },
    { name: 'class', cluster: { server: 'https://class.example', 'proxy-url': 'http://proxy:3128' } },
  ],
  users: [
    { name: 'admin', user: { 'client-certificate': 'certs/me.pem', 'client-key': '/keys/me.pem' } },
    {
      name: 'teacher',
      user: {
        exec: { apiVersion: 'client.authentication.k8s.io/v1', command: './bin/login', args: ['--quiet'] },
      },
    },
  ],
});
const other = write('other/config', {
  contexts: [
    { name: 'prod', context: { cluster: 'fake', user: 'nobody' } },
    { name: 'home', context: { cluster: 'home', user: 'me' } },
  ],
  clusters: [{ name: 'home', cluster: { server: 'https://127.0.0.1:6443' } }],
  users: [{ name: 'me', user: { exec: { command: 'aws', args: ['eks'] } } }],
});
const both = { KUBECONFIG: [main, other, join(dir, 'missing')].join(delimiter) };

describe('a context of the user', () => {
  it('is taken alone, without its namespace and with paths that hold anywhere', () => {
    const { name, server, kubeconfig } = readUserContext('prod', both);
    expect([name, server]).toEqual(['prod', 'https://prod.example:6443']);
    expect(parse(kubeconfig)).toEqual({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'prod',
      contexts: [{ name: 'prod', context: { cluster: 'prod', user: 'admin' } }],
      clusters: [
        {
          name: 'prod',
          cluster: {
            server: 'https://prod.example:6443',
            'certificate-authority': join(dir, 'main', 'certs', 'ca.pem'),
          },
        },
      ],
      users: [
        {
          name: 'admin',
          user: {
            'client-certificate': join(dir, 'main', 'certs', 'me.pem'),
            'client-key': '/keys/me.pem',
          },
        },
      ],
    });
  });

  it('keeps how its user signs in, and everything else that its cluster says', () => {
    const config = new KubeConfig();
    config.loadFromString(readUserContext('class', both).kubeconfig);
    expect(config.getCurrentUser()?.exec).toMatchObject({ command: join(dir, 'main', 'bin', 'login') });
    expect(config.getCurrentCluster()?.proxyUrl).toBe('http://proxy:3128');
    expect(parse(readUserContext('home', both).kubeconfig)).toMatchObject({
      users: [{ user: { exec: { command: 'aws' } } }],
    });
  });

  it('is the one of the first file that has it', () => {
    expect(readUserContext('prod', both).server).toBe('https://prod.example:6443');
  });

  it('comes from ~/.kube/config where KUBECONFIG names none', () => {
    const home = join(dir, 'home');
    write('home/.kube/config', readFileSync(other, 'utf8'));
    expect(readUserContext('home', { HOME: home }).server).toBe('https://127.0.0.1:6443');
  });

  it('leaves the file as it is', () => {
    const before = readFileSync(main, 'utf8');
    readUserContext('prod', both);
    expect(readFileSync(main, 'utf8')).toBe(before);
  });
});

describe('a context that cannot be used', () => {
  it.each([
    [undefined, both, 'NO_CONTEXT', 'The cluster engine needs to know which of your clusters you mean'],
    ['staging', both, 'UNKNOWN_CONTEXT', 'There is no context "staging" in your kubeconfig'],
    ['torn', both, 'BAD_KUBECONFIG', 'it names the cluster "nowhere", which is not there'],
    ['prod', { KUBECONFIG: write('bad/config', 'contexts: [') }, 'BAD_KUBECONFIG', 'cannot be read'],
  ])('%s', (name, env, code, message) => {
    expect(() => readUserContext(name, env)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error,
    );
  });

  it('is told with those that there are', () => {
    const choices = { hint: '--context NAME with one of: prod, class, torn, home' };
    expect(() => readUserContext('staging', both)).toThrow(expect.objectContaining(choices) as Error);
    const none = { hint: expect.stringContaining(`no contexts in ${join(dir, 'missing')}`) as string };
    expect(() => readUserContext(undefined, { KUBECONFIG: join(dir, 'missing') })).toThrow(
      expect.objectContaining(none) as Error,
    );
  });
});

describe('a cluster that was not used before', () => {
  const context = { name: 'class', server: 'https://class.example', kubeconfig: '' };
  const labDirOf = (name: string): ReturnType<typeof openLabDir> => openLabDir(join(dir, name), {});
  const answering =
    (answer: boolean, questions: string[]) =>
    async (question: string): Promise<boolean> => {
      questions.push(question);
      return answer;
    };

  it('is asked about once', async () => {
    const [labDir, questions] = [labDirOf('asked'), [] as string[]];
    await approve({ labDir, context, yes: false, ask: answering(true, questions) });
    await approve({ labDir, context, yes: false, ask: undefined });
    expect(questions).toEqual([
      expect.stringContaining('the cluster of context "class" at https://class.example before'),
    ]);
  });

  it('is asked about again when its name leads elsewhere', async () => {
    const [labDir, questions] = [labDirOf('elsewhere'), [] as string[]];
    await approve({ labDir, context, yes: true, ask: undefined });
    const moved = { ...context, server: 'https://other.example' };
    await approve({ labDir, context: moved, yes: false, ask: answering(true, questions) });
    expect(questions).toHaveLength(1);
  });

  it('is left alone when the answer is no, or nobody can give one', async () => {
    const labDir = labDirOf('declined');
    await expect(approve({ labDir, context, yes: false, ask: answering(false, []) })).rejects.toMatchObject({
      code: 'CLUSTER_DECLINED',
    });
    await expect(approve({ labDir, context, yes: false, ask: undefined })).rejects.toMatchObject({
      code: 'CLUSTER_UNSEEN',
      hint: expect.stringContaining('--yes') as string,
    });
    expect(readClusterRecord(labDir)).toEqual({ current: undefined, known: [] });
  });

  it('is remembered with what is ours in it, and not left while something is', () => {
    const labDir = labDirOf('remembered');
    const key = { context: 'class', server: 'https://class.example' };
    const home = { context: 'home', server: 'https://127.0.0.1' };
    remember(labDir, key, { namespaces: ['bookinfo'] });
    makeCurrent(labDir, key);
    remember(labDir, home);
    expect(() => makeCurrent(labDir, home)).toThrow('The labs are in the cluster of context "class"');
    remember(labDir, key, { namespaces: [] });
    makeCurrent(labDir, home);
    expect(readClusterRecord(labDir)).toEqual({
      current: home,
      known: [
        { ...home, namespaces: [], installedMesh: false },
        { ...key, namespaces: [], installedMesh: false },
      ],
    });
  });
});
