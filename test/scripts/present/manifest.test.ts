import { describe, expect, it } from 'vitest';
import { manifestViewer } from '../../../scripts/learn/manifest/view-manifest.ts';
import { recordedPlayer } from '../../../scripts/present/player.ts';
import { runLab } from '../../../scripts/lab/run/run-lab.ts';
import { labOf, openStage, sh } from '../lab/run/stage.ts';
import { first, openShow, type Show } from './support/show.ts';

const manifest = (name: string, keys: number): string =>
  [
    'apiVersion: v1',
    'kind: ConfigMap',
    `metadata: { name: ${name} }`,
    'data:',
    ...Array.from({ length: keys }, (_, index) => `  key-${index}: here`),
  ].join('\n');

const applies = (...paths: readonly string[]): string =>
  sh(paths.map((path) => `kubectl apply -f labs/${path}.yaml`).join('\n'));

interface Files {
  /** Texts by name. */
  readonly now: Readonly<Record<string, string>>;
  /** Values of `data` that the cluster has. */
  readonly before?: Readonly<Record<string, object>>;
  readonly words?: boolean;
}

async function present(step: string, { now, before = {}, words = false }: Files): Promise<Show> {
  const read = (path: string): string | undefined => now[path.replace(/^labs\/|\.yaml$/g, '')];
  const readBefore = async ({
    name,
  }: {
    name: string;
  }): Promise<{ value: object; isWhole: true } | undefined> => {
    const data = before[name];
    const value = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
    return Promise.resolve(data === undefined ? undefined : { value, isWhole: true });
  };
  const files = Object.fromEntries(Object.entries(now).map(([name, text]) => [`labs/${name}.yaml`, text]));
  const show = openShow(
    [step],
    {},
    () => ({ viewManifest: manifestViewer({ read, readBefore }), words }),
    files,
  );
  await show.press(words ? '\n' : ' ', words ? /Retries, 0:00[^]*> ?$/ : first);
  await show.press(words ? '\n' : ' ', words ? /Step 1 of 1,[^]*> ?$/ : /S T E P[^]*keys\)/);
  return show;
}

/** What the audience sees. */
const seen = ({ terminal }: Show): string => terminal.screen().split('\n').slice(-24).join('\n');

describe('a manifest on stage', () => {
  it('that is longer than the screen is shown from its beginning, and the rest with a key', async () => {
    const show = await present(applies('a'), { now: { a: manifest('a', 46) } });
    await show.terminal.shows(/\(lines 1 to \d+ of 50; m: more\)\n\nStep 1 of 1, .*keys\)$/);
    expect(seen(show)).toMatch(/^labs\/a\.yaml makes ConfigMap a:\n {4}apiVersion[^]* key-10: here$/m);
    show.terminal.type('m');
    await show.terminal.shows(/\(lines \d+ to 4\d of 50; m: more\)\n\nStep 1 of 1, .*keys\)$/);
    expect(seen(show)).toMatch(/^labs\/a\.yaml makes ConfigMap a:\n {6}key-\d+: here/m);
    show.terminal.type('m');
    await show.terminal.shows(/\(lines 4\d to 50 of 50\)\n\nStep 1 of 1, .*keys\)$/);
    // Nothing was left out, and nothing is shown twice.
    const keys = show.terminal.screen().match(/key-\d+/g);
    expect(keys).toEqual(Array.from({ length: 46 }, (_, index) => `key-${index}`));
    show.terminal.type('m');
    await show.press(' ', /key-45[^]*apiVersion[^]*keys\)$/);
    await show.press(' ', /\$ ?$/m);
    await show.press('q', /\$ kubectl apply -f labs\/a\.yaml$/m);
    await show.reached;
  });

  it('that is long shows what it changes, and with a key all of it', async () => {
    const data = Object.fromEntries(Array.from({ length: 46 }, (_, index) => [`key-${index}`, 'here']));
    const before = { a: { ...data, 'key-20': 'there' } };
    const show = await present(applies('a'), { now: { a: manifest('a', 46) }, before });
    await show.terminal.shows(/\(what changes; m: all of it\)\n\nStep 1 of 1, .*keys\)$/);
    expect(seen(show)).toMatch(
      / {4}…\n {6}key-17: here\n.*\n.*\n {2}- {3}key-20: there\n {2}\+ {3}key-20: here\n.*\n.*\n {6}key-23: here\n {4}…\n/,
    );
    show.terminal.type('m');
    await show.press('q', /apiVersion[^]*\(lines 1 to \d+ of 51; m: more\)\n\nStep 1 of 1, .*keys\)$/);
    await show.reached;
  });

  it('that fits is shown whole, the command typed below it, and again with a key', async () => {
    const show = await present(`${applies('b')}\n\n${sh('two')}`, { now: { b: manifest('b', 4) } });
    await show.press(' ', /key-3: here\n\n\$ ?$/);
    await show.press(' ', /\$ kubectl apply -f labs\/b\.yaml$/m);
    await show.press('m', /Step 1 of 1, .*keys\)$/);
    await show.press('q', /key-3[^]*apply[^]*key-3: here\n\nStep 1 of 1, .*keys\)$/);
    await show.reached;
    expect(show.stage.ran).toEqual(['kubectl apply -f labs/b.yaml']);
  });

  it('that fills the screen is read before the command is typed', async () => {
    const step = sh('kubectl apply -f labs/a.yaml\nkubectl get configmaps');
    const show = await present(step, { now: { a: manifest('a', 16) } });
    await show.press(' ', /key-15: here\n\nStep 1 of 1, .*keys\)$/);
    await show.press('q', /key-15: here\n\n\$ ?$/);
    await show.reached;
    expect(show.stage.ran).toEqual([]);
  });

  it('waits for the one before it', async () => {
    const now = { a: manifest('a', 10), b: manifest('b', 10) };
    const show = await present(applies('a', 'b'), { now });
    await show.terminal.shows(/labs\/a\.yaml[^]*keys\)$/);
    expect(show.terminal.screen()).not.toContain('labs/b.yaml');
    await show.press(' ', /keys\)$/);
    await show.press(' ', /labs\/b\.yaml[^]*\$ ?$/m);
    await show.press('q', /apply -f labs\/b\.yaml$/m);
    expect(Object.keys(await show.reached)).not.toContain('end');
  });

  it('is read on with a word where nothing can move', async () => {
    const show = await present(applies('a'), { now: { a: manifest('a', 70) }, words: true });
    await show.press('manifest\n', /\(lines 1 to 60 of 74; manifest: more\)\n\n[^]*> ?$/);
    await show.press('quit\n', /\(lines 61 to 74 of 74\)\n\n[^]*> ?$/);
    await show.reached;
    expect(show.terminal.written()).not.toContain('\u001B');
  });

  it('is shown from its file when the cluster is gone', async () => {
    const stage = openStage({}, { 'labs/a.yaml': '' });
    const report = await runLab(
      labOf(stage, applies('a')),
      { redFirst: false, outputs: 'may-differ' },
      stage.context,
    );
    const player = recordedPlayer(report);
    const viewFile = manifestViewer({ read: () => manifest('a', 2) });
    const show = openShow([applies('a')], {}, () => ({ player, viewFile }), { 'labs/a.yaml': '' });
    await show.press(' ', /Retries, recorded, 0:00[^]*\(h: keys\)/);
    await show.press(' ', /S T E P[^]*keys\)/);
    await show.press('q', /^labs\/a\.yaml:\n {4}apiVersion[^]*key-1: here\n\n\$ ?$/m);
    expect(Object.keys(await show.reached)).toEqual(['step-1']);
  });
});
