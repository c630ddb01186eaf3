import { describe, expect, it } from 'vitest';
import { check, sh } from '../lab/run/stage.ts';
import { answered, openLesson, task } from './support/lesson.ts';
import { keys } from './support/terminal.ts';

describe('a step that is a task', () => {
  it('is checked when the learner says so, and offers its solution', async () => {
    const lesson = openLesson({ steps: [task] });
    await answered(
      lesson,
      [/Your turn/, keys.enter],
      [/What next/, `so${keys.enter}`],
      [/Run it\?/, keys.enter],
    );
    expect(await lesson.outcome).toBe('done');
    expect(lesson.stage.ran).toEqual(['solve']);
    expect(lesson.terminal.screen()).toMatch(/✖ the rule is there[^]*\$ solve[^]*✔ the rule is there/);
  });

  it('goes on by itself when the learner has solved it in another terminal', async () => {
    const lesson = openLesson({ steps: [task] });
    await lesson.terminal.shows(/Your turn/);
    await lesson.elsewhere('solve');
    expect(await lesson.outcome).toBe('done');
    expect(lesson.terminal.screen()).toMatch(
      /The cluster has what this step asks for[^]*✔ the rule is there/,
    );
    expect(lesson.terminal.screen()).not.toContain('Your turn');
  });

  it('tells once of each colour that a check has by chance, until the cluster changes', async () => {
    const lesson = openLesson({
      steps: [`${check('a tester sees it', 'by: chance')}\n\n${task}`],
      rows: 60,
    });
    await lesson.terminal.shows(/Your turn/);
    const told = async (): Promise<readonly (string | undefined)[]> => {
      await lesson.stage.clock.advance(20_000);
      await lesson.terminal.shows(/Your turn/);
      return [...lesson.terminal.screen().matchAll(/sees it: (\w+ now)/g)].map(([, now]) => now);
    };
    expect(await told()).toEqual(['green now', 'red now']);
    await lesson.elsewhere('something');
    expect((await told()).length).toBeLessThanOrEqual(4);
    lesson.terminal.type(`q${keys.enter}`);
    expect(await lesson.outcome).toBe('quit');
  });

  it('gives a hint at the second wrong try, another at the third, and then names the solution', async () => {
    const lesson = openLesson({ steps: [task] });
    const { terminal } = lesson;
    await answered(lesson, [/Your turn/, keys.enter], [/What next/, '']);
    expect(terminal.screen()).not.toContain('Hint 1');
    terminal.type(keys.enter);
    await terminal.shows(/Hint 1 of 2:\nIt is short\.[^]*What next/);
    expect(terminal.screen()).not.toContain('Hint 2');
    terminal.type(keys.enter);
    await terminal.shows(/Hint 2 of 2:\nIt is called solve\.[^]*What next/);
    terminal.type(keys.enter);
    await terminal.shows(/Stuck\? solve shows the solution[^]*What next/);
    terminal.type(`qu${keys.enter}`);
    expect(await lesson.outcome).toBe('quit');
    expect(lesson.saved.at(-1)).toMatchObject({ done: [], hints: { 'step-1': 2 } });
  });
});

describe('a command', () => {
  const step = `${sh('prepare')}\n\n${sh('apply')}\n\n${check('it is applied', 'after: apply')}`;

  it('is answered by the cluster when the learner has run it in another terminal', async () => {
    const lesson = openLesson({ steps: [step] });
    await lesson.terminal.shows(/\$ prepare/);
    await lesson.elsewhere('apply');
    await answered(lesson, [/\$ apply[^]*Run it\?/, keys.enter]);
    expect(await lesson.outcome).toBe('done');
    expect(lesson.stage.ran).toEqual(['apply', 'apply']);
  });

  it('is not left out because a command that ran here has turned the checks green', async () => {
    const lesson = openLesson({
      steps: [`${sh('apply')}\n\n${sh('look')}\n\n${check('it is applied', 'after: apply')}`],
    });
    await answered(lesson, [/\$ apply[^]*Run it\?/, keys.enter], [/\$ look[^]*Run it\?/, '']);
    await lesson.elsewhere('something');
    lesson.terminal.type(keys.enter);
    expect(await lesson.outcome).toBe('done');
    expect(lesson.stage.ran).toEqual(['apply', 'something', 'look']);
  });

  it('that was not really run elsewhere is offered again when the checks are red', async () => {
    const lesson = openLesson({
      steps: [`${sh('apply')}\n\n${check('it is applied', 'after: apply')}`],
      env: { LAB_SCREEN: 'plain' },
    });
    await answered(
      lesson,
      [/Run it\?[^]*>$/, 'done\n'],
      [/✖ it is applied[^]*What next[^]*>$/, 'repeat\n'],
      [/What next[^]*Run it\?[^]*>$/, '\n'],
    );
    expect(await lesson.outcome).toBe('done');
    expect(lesson.stage.ran).toEqual(['apply']);
  });

  it('tells which of several checks has turned green, and goes on when all have', async () => {
    const two = `${sh('one')}\n\n${check('one is there', 'after: one')}\n\n${check('two is there', 'after: two')}`;
    const lesson = openLesson({ steps: [two] });
    await lesson.terminal.shows(/Run it\?/);
    await lesson.elsewhere('one');
    await lesson.terminal.shows(/✔ one is there: green now[^]*Run it\?/);
    await lesson.elsewhere('two');
    expect(await lesson.outcome).toBe('done');
  });

  it('is asked for once, whatever a command that ran here has turned green', async () => {
    const steps = [`${sh('apply')}\n\n${sh('look')}\n\n${check('it is applied', 'after: apply')}`];
    const lesson = openLesson({ steps, env: { LAB_SCREEN: 'plain' } });
    await answered(lesson, [/\$ apply[^]*>$/, '\n'], [/\$ look[^]*>$/, '']);
    await lesson.elsewhere('something');
    lesson.terminal.type('\n');
    expect(await lesson.outcome).toBe('done');
    expect(lesson.terminal.screen().match(/Run it\?/g)).toHaveLength(2);
  });

  it('that fails is asked for again', async () => {
    const lesson = openLesson({ steps: [sh('apply')], answers: { apply: [{ exitCode: 3 }, {}] } });
    await answered(
      lesson,
      [/Run it\?/, keys.enter],
      [/exit code 3; the lab expects exit code 0[^]*Run it\?/, keys.enter],
    );
    expect(await lesson.outcome).toBe('done');
  });

  it('that only looks is repeated until it prints what the lab shows', async () => {
    const lesson = openLesson({
      steps: [`${sh('look', ' within=10s')}\n\n\`\`\`text expect=same\n4\n\`\`\``],
      answers: { look: [{ output: '2\n' }, { output: '3\n' }, { output: '4\n' }] },
    });
    await answered(lesson, [/Run it\?/, keys.enter]);
    await expect
      .poll(async () => lesson.stage.clock.advance(250).then(() => lesson.stage.ran.length))
      .toBe(3);
    expect(await lesson.outcome).toBe('done');
    expect(lesson.terminal.screen()).toMatch(/\$ look\n4\n/);
    expect(lesson.terminal.screen()).not.toMatch(/^[23]$/m);
  });
});

describe('a screen', () => {
  it('takes keys that were pressed before its question for no answer', async () => {
    const lesson = openLesson({ steps: [sh('x')] });
    lesson.terminal.type(keys.enter);
    await answered(lesson, [/Run it\?/, `q${keys.enter}`]);
    expect(await lesson.outcome).toBe('quit');
    expect(lesson.stage.ran).toEqual([]);
  });

  it('lets who reads a page read it, whatever the cluster does meanwhile', async () => {
    const words = Array.from({ length: 7 }, (_, index) => `Line ${index}.`).join('\n\n');
    const lesson = openLesson({ steps: [`${words}\n\n${sh('x')}\n\n${check('it is there', 'after: y')}`] });
    await lesson.terminal.shows(/reads on/);
    await lesson.elsewhere('y');
    expect(lesson.terminal.screen()).toMatch(/Step 1 of 1[^]*reads on$/);
    lesson.terminal.type(keys.enter);
    expect(await lesson.outcome).toBe('done');
    expect(lesson.terminal.screen()).toMatch(/Line 0\.[^]*Line 6\.[^]*\$ x\nThe cluster has/);
  });

  it('is as wide as its window is now', async () => {
    const lesson = openLesson({ steps: [sh('x'), `${'word '.repeat(30)}\n\n${sh('y')}`] });
    await lesson.terminal.shows(/Run it\?/);
    lesson.terminal.resize(40, 50);
    lesson.terminal.type(keys.enter);
    await lesson.terminal.shows(/Step 2[^]*Run it\?/);
    expect(lesson.terminal.screen()).toMatch(/^(?:word ?){8}$/m);
    expect(lesson.terminal.screen()).not.toMatch(/(?:word ){9}/);
    lesson.terminal.type(`q${keys.enter}`);
    expect(await lesson.outcome).toBe('quit');
  });
});

describe('a lab where nobody can answer', () => {
  it('solves its tasks, without a question', async () => {
    const lesson = openLesson({ steps: [task], isTTY: false });
    expect(await lesson.outcome).toBe('done');
    expect(lesson.stage.ran).toEqual(['solve']);
    expect(lesson.terminal.written()).not.toContain('\u001B');
  });

  it('ends at a red check', async () => {
    const lesson = openLesson({ steps: [`${sh('x')}\n\n${check('it is there', 'after: y')}`], isTTY: false });
    expect(await lesson.outcome).toBe('red');
  });
});

describe('a lab that is left', () => {
  it('by Ctrl+C keeps the time spent on the step', async () => {
    const lesson = openLesson({ steps: [sh('x')] });
    await lesson.terminal.shows(/Run it\?/);
    await lesson.stage.clock.advance(7000);
    lesson.terminal.type(keys.interrupt);
    await expect(lesson.outcome).rejects.toThrow('Stopped by Ctrl+C');
    expect(lesson.saved.at(-1)).toMatchObject({ done: [], spentMs: { 'step-1': 7000 } });
  });

  it('by Ctrl+C keeps the hints that were seen', async () => {
    const lesson = openLesson({ steps: [task], rows: 50 });
    await answered(lesson, [/Your turn/, `h${keys.enter}`], [/Hint 1[^]*Your turn/, keys.interrupt]);
    await expect(lesson.outcome).rejects.toThrow('Stopped by Ctrl+C');
    expect(lesson.saved.at(-1)).toMatchObject({ hints: { 'step-1': 1 } });
  });

  it('goes on with the first step that is not done', async () => {
    const done = { done: ['step-1'], startedAt: 0, spentMs: {}, hints: {} };
    const lesson = openLesson({ steps: [sh('x'), sh('y')], more: { progress: done } });
    await lesson.terminal.shows(/Done before: 1 Step 1\.\n\nStep 2 of 2[^]*Run it\?/);
    lesson.terminal.type(keys.enter);
    expect(await lesson.outcome).toBe('done');
    expect(lesson.stage.ran).toEqual(['y']);
    expect(lesson.terminal.screen()).toMatch(/ 1 +- +Step 1\n +2 +0 s +Step 2/);
  });
});

describe('what else there is', () => {
  it('is one entry of the menu at a command, and leads back', async () => {
    const lesson = openLesson({ steps: [task.replace('Write the rule.', sh('x'))] });
    await answered(
      lesson,
      [/More: check, hint, solve/, `m${keys.enter}`],
      [/Solve: show[^]*Back/, `b${keys.enter}`],
      [/More: check/, `m${keys.enter}`],
      [/Back/, `h${keys.enter}`],
      [/It is short\.[^]*More/, `q${keys.enter}`],
    );
    expect(await lesson.outcome).toBe('quit');
  });

  it('changes nothing where a question is answered by Enter alone', async () => {
    const went: string[] = [];
    const travel = {
      reset: async () => Promise.resolve(void went.push('reset')),
      goto: async ({ id }: { id: string }) => Promise.resolve(void went.push(id)),
    };
    const lesson = openLesson({ steps: [sh('x'), sh('y')], env: { LAB_SCREEN: 'plain' }, more: { travel } });
    await answered(
      lesson,
      [/Run it\?[^]*>$/, 'goto\n'],
      [/Which step\?[^]*Enter means back[^]*>$/, '\n'],
      [/Which step\?[^]*Run it\?[^]*>$/, 'reset\n'],
      [/Start this lab anew\?[^]*Enter means back[^]*>$/, '\n'],
      [/anew[^]*Run it\?[^]*>$/, 'quit\n'],
    );
    expect(await lesson.outcome).toBe('quit');
    expect(went).toEqual([]);
  });

  it('starts the lab anew, or goes to a step, where the screen is given a way to', async () => {
    const went: string[] = [];
    const travel = {
      reset: async () => Promise.resolve(void went.push('reset')),
      goto: async ({ id }: { id: string }) => Promise.resolve(void went.push(id)),
    };
    const lesson = openLesson({ steps: [sh('x'), sh('y'), sh('z')], more: { travel } });
    await answered(
      lesson,
      [/Run it/, `m${keys.enter}`],
      [/Goto[^]*Back/, `g${keys.enter}`],
      [/Which step\?[^]*3 Step 3/, `3${keys.enter}`],
      [/Step 3 of 3[^]*Run it/, `m${keys.enter}`],
      [/Reset[^]*Back/, `r${keys.enter}`],
      [/Start this lab anew\?[^]*Reset/, `r${keys.enter}`],
      [/This lab is at its start[^]*Step 1 of 3[^]*Run it/, `q${keys.enter}`],
    );
    expect(await lesson.outcome).toBe('quit');
    expect(went).toEqual(['step-3', 'reset']);
    expect(lesson.saved.at(-1)?.done).toEqual([]);
  });
});
