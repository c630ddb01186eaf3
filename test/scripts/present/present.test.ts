import { describe, expect, it } from 'vitest';
import { runLab } from '../../../scripts/lab/run/run-lab.ts';
import type { LabReport } from '../../../scripts/lab/run/report.ts';
import { openUi } from '../../../scripts/learn/ui.ts';
import { keyControls, moves } from '../../../scripts/present/controls.ts';
import { notesPage } from '../../../scripts/present/notes-page.ts';
import { recordedPlayer } from '../../../scripts/present/player.ts';
import { check, labOf, openStage, sh } from '../lab/run/stage.ts';
import { openTerminal } from '../learn/support/terminal.ts';
import { first, openShow } from './support/show.ts';

const { signal } = new AbortController();

describe('checks on stage', () => {
  const step = `${sh('apply')}\n\n${check('it is applied', 'after: other')}`;

  it('are looked at until they are green, and the instructor may go on without', async () => {
    const show = openShow([step]);
    await show.press(' ', first);
    await show.press(' ', /S T E P[^]*keys\)/);
    await show.press(' ', /\$ ?$/m);
    await show.press(' ', /\$ apply$/m);
    await show.press(' ', /\$ apply\n[^]*keys\)/);
    await show.terminal.shows(/✖ it is applied[^]*Not green yet/);
    show.stage.ran.push('other');
    show.terminal.type('r');
    await show.reached;
    await show.terminal.drawn();
    expect(show.terminal.screen()).toMatch(/✔ it is applied: it is there/);
  });
});

describe('the way through a lab on stage', () => {
  const notes = '<details><summary>Instructor notes</summary>\n\nSmile.\n\n</details>';

  it('leads back and to any step, with the cluster as it is there', async () => {
    const show = openShow([sh('one'), sh('two'), sh('three')]);
    await show.press(' ', first);
    await show.press('j', /S T E P {3}1[^]*keys\)/);
    await show.press(`3\r`, /Jump to/);
    await show.press('b', /S T E P {3}3[^]*Step 3 of 3, .*keys\)/);
    await show.press('q', /S T E P {3}2[^]*Step 2 of 3, .*keys\)/);
    expect(Object.keys(await show.reached)).toEqual(['step-1', 'step-3', 'step-2']);
    expect([show.went, show.shown]).toEqual([
      [2, 1],
      [-1, 0, 2, 1],
    ]);
  });

  it('leads to any step from a full screen without more questions', async () => {
    const lines = Array.from({ length: 14 }, (_, index) => `line ${index}`).join('  \n');
    const show = openShow([`${lines}\n\n${sh('one')}`, sh('two')]);
    await show.press(' ', first);
    await show.press('j', /line 13[^]*keys\)/);
    await show.press('2\r', /Jump to/);
    await show.press('q', /S T E P {3}2[^]*keys\)/);
    await show.reached;
    expect(show.went).toEqual([1]);
  });

  it('has its notes on another screen, with what must turn green and what comes next', () => {
    const lab = labOf(
      openStage(),
      `${sh('one')}\n\n${notes}\n\n${check('it is there', 'after: one')}`,
      sh('two'),
    );
    const look = { width: 80, color: false, rehearsal: undefined };
    expect(notesPage(lab, 0, look)).toBe(
      'Step 1 of 2: Step 1\n\nSmile.\n\nMust turn green:\n- it is there\n\nThen: Step 2',
    );
    expect(notesPage(lab, 1, look)).toBe('Step 2 of 2: Step 2\n\nNo notes.\n\nThen the lab is done.');
  });

  it('shows notes only when asked', async () => {
    const show = openShow([`${sh('one')}\n\n${notes}`]);
    await show.press(' ', first);
    await show.terminal.shows(/S T E P[^]*keys\)/);
    expect(show.terminal.screen()).not.toContain('Smile');
    show.terminal.type('i');
    await show.press('q', /\[notes\]\nSmile\.[^]*keys\)/);
    await show.reached;
  });

  it('is led by words where nothing can move', async () => {
    const show = openShow([sh('one')], {}, () => ({ words: true }));
    await show.press('next\n', /Retries, 0:00 of[^]*>$/);
    await show.press('\n', /^Step 1 of 1: Step 1\n[^]*Step 1 of 1,[^]*>$/m);
    await show.typed();
    await show.press('\n', /\$ one\s+Run it\?: Enter means next[^]*>$/);
    await show.reached;
    expect(show.stage.ran).toEqual(['one']);
    expect(show.terminal.written()).not.toContain('\u001B');
  });
});

it('tells where it is and which keys there are in a narrow window', async () => {
  const terminal = openTerminal({ columns: 40 });
  const ui = openUi({ input: terminal.input, output: terminal.output, env: { TERM: 'xterm' } });
  using controls = keyControls(terminal.input, ui);
  const moved = controls.move('Step 1 of 7, recorded, 0:00 of about 15:00, in time', moves, signal);
  await terminal.shows(/^Step 1 of 7, recorded, 0:00 … \(h: keys\)$/);
  terminal.type('b');
  expect(await moved).toBe('back');
});

it('shows no more text at once than fits under its heading', async () => {
  const lines = (name: string): string =>
    Array.from({ length: 8 }, (_, index) => `${name} ${index}`).join('  \n');
  const show = openShow([`${lines('first')}\n\n${lines('second')}\n\n${lines('third')}`]);
  await show.press(' ', first);
  await show.terminal.shows(/second 7[^]*keys\)/);
  expect(show.terminal.screen()).not.toContain('third');
  show.terminal.type(' ');
  await show.terminal.shows(/third 7/);
  await show.reached;
});

const refused = async (): Promise<never> => Promise.reject(new Error('connect ECONNREFUSED'));

describe('a cluster that is gone', () => {
  const step = `${sh('apply')}\n\n${check('it is applied', 'after: apply')}`;

  async function rehearsed(): Promise<LabReport> {
    const stage = openStage({ apply: [{ output: 'applied\n' }] });
    return runLab(labOf(stage, step), { redFirst: false, outputs: 'may-differ' }, stage.context);
  }

  it('is replaced by the recording in the middle of a command, and marked', async () => {
    const report = await rehearsed();
    const gone = { apply: [{ exitCode: 1, output: 'connection refused\n' }] };
    const show = openShow([step], gone, () => ({
      recording: recordedPlayer(report),
      isClusterUp: async () => Promise.resolve(false),
    }));
    await show.press(' ', first);
    await show.press(' ', /S T E P[^]*keys\)/);
    await show.press(' ', /\$ ?$/m);
    await show.press(' ', /\$ apply$/m);
    await show.press(
      'c',
      /refused\n[^]*The cluster is gone \(c: carry on from the recording {3}r: repeat {3}q: quit\)/,
    );
    await show.press(' ', /\[recorded 2025-04-01 10:00 UTC\]\napplied\n[^]*recorded, [^]*\(h: keys\)/);
    await show.reached;
    await show.terminal.drawn();
    expect(show.terminal.screen()).toMatch(/\[recorded 2025-04-01 10:00 UTC\]\n✔ it is applied: it is there/);
  });

  it('is noticed behind a pipe that ends well', async () => {
    const report = await rehearsed();
    const show = openShow([step], { apply: [{ output: '40 000\n' }] }, () => ({
      recording: recordedPlayer(report),
      isClusterUp: async () => Promise.resolve(false),
    }));
    await show.press(' ', first);
    await show.press(' ', /S T E P[^]*keys\)/);
    await show.press(' ', /\$ ?$/m);
    await show.press(' ', /\$ apply$/m);
    await show.press(
      'c',
      /40 000\n[^]*The cluster is gone \(c: carry on from the recording {3}r: repeat {3}q: quit\)/,
    );
    await show.press('q', /\[recorded 2025-04-01 10:00 UTC\]\napplied\n[^]*recorded, [^]*\(h: keys\)/);
    expect(Object.keys(await show.reached)).not.toContain('end');
  });

  it.each([
    ['its manifest is to be shown', { viewManifest: refused }, ' '],
    ['the talk goes to another step', { goTo: refused }, 'j'],
  ])('is replaced by the recording when %s', async (_, broken, key) => {
    const report = await rehearsed();
    const show = openShow([sh('kubectl apply -f labs/rule.yaml')], {}, () => ({
      recording: recordedPlayer(report),
      isClusterUp: async () => Promise.resolve(false),
      ...broken,
    }));
    await show.press(' ', first);
    await show.press(key, /S T E P[^]*keys\)/);
    if (key === 'j') await show.press('1\r', /Jump to/);
    await show.press('c', /The cluster is gone/);
    await show.press('q', /recorded 2025[^]*(keys\)|\$)/);
    expect(Object.keys(await show.reached)).not.toContain('end');
  });

  it('is gone on with when it is back, with or without a recording', async () => {
    const answers = [false, false, true];
    const refusedOnce = { apply: [{ exitCode: 1, output: 'connection refused\n' }, { output: 'applied\n' }] };
    const show = openShow([step], refusedOnce, () => ({
      isClusterUp: async () => Promise.resolve(answers.shift() ?? true),
    }));
    await show.press(' ', first);
    await show.press(' ', /S T E P[^]*keys\)/);
    await show.press(' ', /\$ ?$/m);
    await show.press(' ', /\$ apply$/m);
    await show.press('r', /The cluster does not answer[^]*The cluster is gone \(r: repeat {3}q: quit\)$/);
    await show.press(
      'r',
      /does not answer[^]*does not answer[^]*The cluster is gone \(r: repeat {3}q: quit\)$/,
    );
    await show.press(' ', /The cluster answers again\.\n+applied\n[^]*keys\)$/);
    expect(Object.keys(await show.reached)).toContain('end');
    expect(show.terminal.screen()).not.toContain('recorded');
  });

  it('is brought to the step that was asked for when it is back', async () => {
    const went: number[] = [];
    let isUp = false;
    const show = openShow([sh('one'), sh('two')], {}, () => ({
      isClusterUp: async () => Promise.resolve(isUp),
      goTo: async (index) => {
        went.push(index);
        return isUp ? Promise.resolve() : refused();
      },
    }));
    await show.press(' ', first);
    await show.press('j', /S T E P[^]*keys\)/);
    await show.press('2\r', /Jump to/);
    await show.terminal.shows(/The cluster is gone/);
    isUp = true;
    show.terminal.type('r');
    await show.press('q', /S T E P {3}2[^]*keys\)/);
    await show.reached;
    expect(went).toEqual([1, 1]);
  });

  it('ends the talk with the way out when there is no recording', async () => {
    const show = openShow([step], { apply: [{ exitCode: 1 }] }, () => ({
      isClusterUp: async () => Promise.resolve(false),
    }));
    const failure = show.reached.catch((error: unknown) => error);
    await show.press(' ', first);
    await show.press(' ', /S T E P[^]*keys\)/);
    await show.press(' ', /\$ ?$/m);
    await show.press(' ', /\$ apply$/m);
    await show.press('q', /The cluster is gone/);
    expect(await failure).toMatchObject({
      message: 'The cluster is gone, and this lab was never rehearsed',
    });
  });
});
