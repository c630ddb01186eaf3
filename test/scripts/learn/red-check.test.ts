import { describe, expect, it } from 'vitest';
import type { Cause, Diagnosis } from '../../../scripts/lab/why/diagnosis.ts';
import type { LearnOptions } from '../../../scripts/learn/learn.ts';
import { check, sh } from '../lab/run/stage.ts';
import { answered, openLesson, task } from './support/lesson.ts';
import { keys } from './support/terminal.ts';

describe('a red check', () => {
  const cause: Diagnosis = {
    rung: 'valid',
    cause: 'subset-undefined',
    text: 'VirtualService web sends to subset v3; DestinationRule web has v1 and v2.',
    fix: 'subset: v2',
    evidence: ['IST0101'],
  };
  const explainBy =
    (name: Cause): NonNullable<LearnOptions['explain']> =>
    async (results) =>
      Promise.resolve(results.map((result) => ({ ...result, why: { ...cause, cause: name } })));
  const explain = explainBy(cause.cause);
  const step = `${check('one', 'after: repair')}\n\n${check('two', 'after: repair')}\n\n${sh('look')}`;

  it('tells its cause and the fix, once for all checks that are red for the same', async () => {
    const lesson = openLesson({ steps: [step], more: { explain }, rows: 50 });
    await answered(lesson, [/Run it\?/, keys.enter]);
    await lesson.terminal.shows(/What next/);
    expect(lesson.terminal.screen()).toMatch(
      /cause: +VirtualService web sends to subset v3;[^]*fix: +subset: v2/,
    );
    expect(lesson.terminal.screen().match(/cause:/g)).toHaveLength(1);
    expect(lesson.terminal.screen()).not.toContain('IST0101');
    lesson.terminal.type(`qu${keys.enter}`);
    expect(await lesson.outcome).toBe('quit');
  });

  it('has had its time when another has waited in vain', async () => {
    const lesson = openLesson({ steps: [step] });
    await answered(lesson, [/Run it\?/, keys.enter]);
    await lesson.terminal.shows(/✖ one[^]*looked within\n✖ two[^]*looked once\n[^]*What next/);
    lesson.terminal.type(`qu${keys.enter}`);
    expect(await lesson.outcome).toBe('quit');
  });

  it('stays in sight until it has been read, however many others are red', async () => {
    const many = Array.from({ length: 5 }, (_, index) => check(`check ${index + 1}`, 'after: repair'));
    const lesson = openLesson({ steps: [`${sh('look')}\n\n${many.join('\n\n')}`] });
    await answered(lesson, [/Run it\?/, keys.enter], [/check 2[^]*reads on/, '']);
    expect(lesson.terminal.visible()).toMatch(/✖ check 1[^]*✖ check 2/);
    await answered(lesson, [/reads on/, keys.enter], [/What next/, `qu${keys.enter}`]);
    expect(await lesson.outcome).toBe('quit');
  });

  it('of work in another terminal is no matter of half a minute', async () => {
    const lesson = openLesson({ steps: [task] });
    await answered(lesson, [/Your turn/, keys.enter]);
    await lesson.terminal.shows(/✖ the rule is there[^]*looked soon\n[^]*What next/);
    lesson.terminal.type(`qu${keys.enter}`);
    expect(await lesson.outcome).toBe('quit');
  });

  it('of a task tells its cause, and the fix when asked why', async () => {
    const lesson = openLesson({ steps: [task], more: { explain }, rows: 50 });
    await answered(lesson, [/Your turn/, keys.enter]);
    await lesson.terminal.shows(/cause: +VirtualService web sends to[^]*fix: +for you to find[^]*What next/);
    expect(lesson.terminal.screen()).not.toContain('subset: v2');
    lesson.terminal.type(`wh${keys.enter}`);
    await lesson.terminal.shows(/fix: +subset: v2[^]*What next/);
    lesson.terminal.type(`qu${keys.enter}`);
    expect(await lesson.outcome).toBe('quit');
  });

  it('of a task tells unasked what was seen, and not what the solution has', async () => {
    const explained: LearnOptions['explain'] = async (results) =>
      Promise.resolve(results.map((result) => ({ ...result, why: { ...cause, seen: 'It sends to v3.' } })));
    const lesson = openLesson({ steps: [task], more: { explain: explained }, rows: 50 });
    await answered(lesson, [/Your turn/, keys.enter]);
    await lesson.terminal.shows(/cause: +It sends to v3\.\n[^]*What next/);
    expect(lesson.terminal.screen()).not.toContain('DestinationRule');
    lesson.terminal.type(`wh${keys.enter}`);
    await lesson.terminal.shows(/DestinationRule[^]*fix: +subset: v2[^]*What next/);
    lesson.terminal.type(`qu${keys.enter}`);
    expect(await lesson.outcome).toBe('quit');
  });

  it('of a task tells the fix of what is not the task', async () => {
    const lesson = openLesson({ steps: [task], more: { explain: explainBy('not-ready') }, rows: 50 });
    await answered(lesson, [/Your turn/, keys.enter]);
    await lesson.terminal.shows(/fix: +subset: v2[^]*What next/);
    lesson.terminal.type(`qu${keys.enter}`);
    expect(await lesson.outcome).toBe('quit');
  });

  it('shows the ladder and the evidence when asked why, once for all that is red for the same', async () => {
    const lesson = openLesson({ steps: [step], more: { explain }, rows: 50 });
    await answered(lesson, [/Run it\?/, keys.enter], [/What next/, `wh${keys.enter}`]);
    await lesson.terminal.shows(
      /one\ntwo\n +cause:[^]*✔ 1 the object exists\n +✖ 2 what it names exists\n +\| IST0101[^]*What next/,
    );
    expect(lesson.terminal.screen().match(/1 the object exists/g)).toHaveLength(1);
    lesson.terminal.type(`qu${keys.enter}`);
    expect(await lesson.outcome).toBe('quit');
  });
});
