// What a learner sees, to the letter, on 80 columns and 24 lines. `vitest -u` writes the captures anew: look at them
// before you commit them.

import { describe, expect, it } from 'vitest';
import { check, sh } from '../lab/run/stage.ts';
import { openLesson, type Lesson, type LessonOptions } from './support/lesson.ts';
import { keys } from './support/terminal.ts';

const rule = (comment: string, http: string): string => `# ${comment}
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata:
  name: catalog
  namespace: istioinaction
spec:
  hosts:
    - catalog
  http:
${http}`;

const route = `    - route:
        - destination:
            host: catalog
`;

const options: LessonOptions = {
  steps: [
    `Who calls the catalog tries **three more times** when the answer is an error, as described in the
[Istio docs](https://istio.io/latest/docs/concepts/traffic-management/#retries).

${sh('kubectl apply -f retries.yaml')}

It is in force at once.

${check('the proxy has the rule', 'after: kubectl apply -f retries.yaml')}`,
    `**Your task:** send everything to version 2.

${check('all answers come from version 2', 'after: kubectl apply -f mine.yaml')}

<details><summary>Hint</summary>\n\nA route has a \`destination\`, and that has a \`subset\`.\n\n</details>

<details><summary>Solution</summary>\n\n${sh('kubectl apply -f all-v2.yaml')}\n\n</details>`,
  ],
  files: {
    'retries.yaml': rule(
      'Who calls the catalog tries up to three more times when the answer is a 5xx, and waits two seconds for each try.',
      `${route}      retries:\n        attempts: 3\n        retryOn: 5xx\n`,
    ),
    'all-v2.yaml': rule(
      'Everyone gets version 2.',
      `${route}            subset: version-v2\n      retries:\n        attempts: 5\n        retryOn: 5xx\n`,
    ),
  },
  before: {
    'VirtualService/catalog': rule(
      '',
      `${route}      timeout: 2s\n      retries:\n        attempts: 2\n        retryOn: 5xx\n`,
    ),
  },
  answers: {
    'kubectl apply -f retries.yaml': [{ output: 'virtualservice.networking.istio.io/catalog configured\n' }],
  },
};

const path = (name: string): string => `captures/${name}.txt`;

describe('a lab of two steps', () => {
  it('by menu, the second step solved in another terminal', async () => {
    const lesson = openLesson(options);
    await lesson.terminal.shows(/Enter reads on/);
    await expect(`${lesson.terminal.visible()}\n`).toMatchFileSnapshot(path('by-menu-page'));
    lesson.terminal.type(keys.enter);
    await lesson.terminal.shows(/timeout: 2s\s+\? Enter reads on/);
    lesson.terminal.type(keys.enter);
    await throughFirst(lesson, keys.enter);
    await lesson.terminal.shows(/Your turn[^]*Quit/);
    await lesson.terminal.drawn();
    await expect(`${lesson.terminal.screen()}\n`).toMatchFileSnapshot(path('by-menu-task'));
    await lesson.stage.clock.advance(65_000);
    await lesson.elsewhere('kubectl apply -f mine.yaml');
    expect(await lesson.outcome).toBe('done');
    await expect(`${lesson.terminal.screen()}\n`).toMatchFileSnapshot(path('by-menu'));
    expect(lesson.terminal.written()).toContain('\u001B[32m');
  });

  it('by words, the second step tried in vain twice and then solved', async () => {
    const lesson = openLesson({ ...options, env: { LAB_SCREEN: 'plain' } });
    const { terminal } = lesson;
    await throughFirst(lesson, 'run\n');
    for (const [question, typed] of [
      [/Your turn[^]*>$/, 'frob\n'],
      [/frob[^]*>$/, 'check\n'],
      [/seen:[^]*>$/, '\n'],
      [/Hint:[^]*>$/, 'solv\n'],
      [/\$ kubectl apply -f all-v2[^]*>$/, 'quit\n'],
    ] as const) {
      await terminal.shows(question);
      terminal.type(typed);
    }
    expect(await lesson.outcome).toBe('quit');
    await expect(`${terminal.screen()}\n`).toMatchFileSnapshot(path('by-words'));
  });

  it.each([
    ['a dumb terminal', { TERM: 'dumb' }],
    ['a screen reader', { LAB_SCREEN: 'plain' }],
  ])('writes nothing but text for %s', async (_, env) => {
    const lesson = openLesson({ ...options, env });
    await throughFirst(lesson, '\n');
    await lesson.terminal.shows(/Your turn/);
    await lesson.elsewhere('kubectl apply -f mine.yaml');
    expect(await lesson.outcome).toBe('done');
    for (const code of ['\u001B', '\r', '\b']) expect(lesson.terminal.written()).not.toContain(code);
  });

  it('has no colours with NO_COLOR', async () => {
    const lesson = openLesson({ ...options, env: { NO_COLOR: '1' }, rows: 50 });
    await throughFirst(lesson, keys.enter);
    await lesson.terminal.shows(/Your turn/);
    lesson.terminal.type(`q${keys.enter}`);
    await lesson.outcome;
    // Of a menu's own drawing, which honours NO_COLOR of the process, nothing is looked at.
    const ours = lesson.terminal
      .written()
      .split('\n')
      .filter((line) => /^(?:✔|Step| {4}|\$ )/.test(line));
    expect(ours.join('\n')).not.toContain('\u001B[');
  });
});

const table = `What a route of the rule does with the path of a request, and where the request goes on to then:

| prefix | rewrite | what it is for | request | goes on as |
| --- | --- | --- | --- | --- |
| \`/api/\` | \`/\` | the programs behind the shop, which know nothing of \`/api\` | \`/api/items/1\` | \`/items/1\` |
| \`/assets\` | \`/\` | pictures and styles; without a slash at its end it eats one too few | \`/assets/logo.svg\` | \`//logo.svg\` |

${sh('true')}`;

it.each([
  ['side by side', {}, 'table-by-menu'],
  ['row by row for a screen reader', { LAB_SCREEN: 'plain' }, 'table-by-words'],
])('a wide table is shown %s', async (_, env, name) => {
  const lesson = openLesson({ steps: [table], env, rows: 40 });
  await lesson.terminal.shows(/Run it\?[^]*(?:select|>$)/);
  expect(
    Math.max(
      ...lesson.terminal
        .screen()
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(80);
  await expect(`${lesson.terminal.screen()}\n`).toMatchFileSnapshot(path(name));
  lesson.stage.stop.abort();
  await expect(lesson.outcome).rejects.toThrow('abort');
});

async function throughFirst({ terminal }: Lesson, answer: string): Promise<void> {
  await terminal.shows(/Run it\?/);
  terminal.type(answer);
}
