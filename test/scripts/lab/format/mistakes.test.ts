// Every mistake in a lab's text: the file under test/fixtures/labs/bad that has it, and what is said of it.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, problemsOf } from './sample.ts';

const folder = join(import.meta.dirname, '../../../fixtures/labs/bad');
const files = { 'manifests/catalog.yaml': 'a: 1\n' };

const mistakes: readonly (readonly [string, readonly string[]])[] = [
  [
    'bad-attribute',
    [
      '13:7: Cannot read the attribute skip="never: write name=value or name="some words" [bad-attribute]',
      '13:19: ends is not an attribute of a sh fence: it can have exit, timeout, within, skip [unknown-attribute]',
    ],
  ],
  [
    'bad-check',
    [
      '19:15: within is not an attribute of a check: write it in the YAML below [unknown-attribute]',
      '21:3: A check has no key "unknown" [bad-check]',
    ],
  ],
  [
    'bad-values',
    [
      '13:7: exit must be nonzero or 0 to 255, got "maybe" [bad-value]',
      '13:18: timeout must be a time such as 500ms, 30s or 2m, got "30" [bad-value]',
      '13:29: within must be a time such as 500ms, 30s or 2m, got "-1s" [bad-value]',
      '16:9: expect must be same, like, contains, got "lik" (did you mean like?) [bad-value]',
      '19:7: exit must be nonzero or 0 to 255, got "256" [bad-value]',
      '23:7: timeout must be a time such as 500ms, 30s or 2m, got "" [bad-value]',
    ],
  ],
  [
    'bare-output',
    [
      '16:1: A text fence is the output of the command above it: say how to compare it with expect=same, like or contains, or skip="reason" [bad-value]',
    ],
  ],
  [
    'check-before-first-step',
    ['11:1: "Check: early" stands before the first step: move it under a ## heading [outside-step]'],
  ],
  [
    'check-outside-details',
    [
      '17:1: A yaml check belongs under <details><summary>Check: what it shows</summary>, inside a step: move it there [check-outside-details]',
      '23:1: A yaml check belongs under <details><summary>Check: what it shows</summary>, inside a step: move it there [check-outside-details]',
    ],
  ],
  [
    'check-without-command',
    [
      '15:1: No command of this step can turn "a" green: add the command or a Solution, or write invariant: true [check-without-command]',
    ],
  ],
  [
    'command-before-first-step',
    [
      '11:1: A command before the first step never runs: move it into a step, or say why it is only to be read: skip="reason" [unreachable-command]',
    ],
  ],
  [
    'command-in-hint',
    [
      '19:1: A command under a hint never runs: move it into a step, or say why it is only to be read: skip="reason" [unreachable-command]',
      '27:1: A command under a check never runs: move it into a step, or say why it is only to be read: skip="reason" [unreachable-command]',
      '39:1: There is no command right above this output: put it directly under its sh fence, one output for one command [output-without-command]',
    ],
  ],
  [
    'compares-nothing',
    [
      '17:1: Any output fits this: write a line of it, or expect=same and no line where there is none [compares-nothing]',
      '25:1: Any output fits this: write a line of it, or expect=same and no line where there is none [compares-nothing]',
    ],
  ],
  [
    'dead-path',
    [
      '14:18: There is no file "labs/03-retries/none.yaml": commands run in the project\'s root, write the path from there [dead-path]',
      '16:3: There is no file "none.yaml": commands run in the project\'s root, write the path from there [dead-path]',
      '16:27: There is no file "../up": commands run in the project\'s root, write the path from there [dead-path]',
      '23:5: There is no file "labs/lost.txt": commands run in the project\'s root, write the path from there [dead-path]',
    ],
  ],
  [
    'details-in-text',
    [
      '17:6: A details tag inside a paragraph would be missed: put it on a line of its own, after a blank line [nested-details]',
      '21:3: A details tag inside a list would be missed: put it on a line of its own, after a blank line [nested-details]',
    ],
  ],
  [
    'details-summary',
    [
      '17:1: <details> has no <summary>: write Check, Hint, Solution, Instructor notes, or a title [no-summary]',
      '23:1: "Hnit: look" is not one of Check, Hint, Solution, Instructor notes: write Hint [unknown-summary]',
      '29:1: A check needs a title a learner understands: write "Check: what it shows" [check-title]',
      '29:1: "Check:" holds no check: write a ```yaml check fence in it [check-missing]',
    ],
  ],
  ['duplicate-attribute', ['13:14: The attribute exit stands here twice: remove one [duplicate-attribute]']],
  [
    'duplicate-check',
    [
      '25:1: Two checks of this lab have the id "a-b", the first at labs/03-retries/README.md:17:1: rename one [duplicate-id]',
    ],
  ],
  [
    'duplicate-step',
    [
      '17:1: Two steps of this lab have the id "first-step", the first at labs/03-retries/README.md:11:1: rename one [duplicate-id]',
    ],
  ],
  ['empty-command', ['13:1: This sh fence has no command: write one, or remove it [empty-fence]']],
  [
    'empty-step',
    [
      '17:1: The step "Nothing here" is empty: write what to do, or remove its heading [empty-step]',
      '19:1: The step "Only a hint" is empty: write what to do, or remove its heading [empty-step]',
    ],
  ],
  [
    'fence-in-html',
    [
      '18:1: This fence is part of the HTML around it, so it would be missed: put a blank line before it [hidden-in-html]',
      '24:1: This fence is part of the HTML around it, so it would be missed: take it out of the comment [hidden-in-html]',
    ],
  ],
  [
    'fence-in-list',
    [
      '19:4: A fence inside a list would be missed: move it out, or say why it is only to be read: skip="reason" [nested-fence]',
      '23:3: A fence inside a quote would be missed: move it out, or say why it is only to be read: skip="reason" [nested-fence]',
    ],
  ],
  [
    'front-matter-choices',
    [
      '6:7: apps names catalog twice: remove one [front-matter]',
      '6:7: apps has no "catlog" (did you mean catalog?): the choices are catalog, webapp [front-matter]',
      '7:10: engines has no "kinde" (did you mean kind?): the choices are kind, sandbox, cluster [front-matter]',
      '8:13: namespaces has "Bad_Name": write lower case letters, digits and -, at most 63 [front-matter]',
    ],
  ],
  [
    'front-matter-duplicate-key',
    ['6:1: Front matter is not valid YAML: Map keys must be unique [front-matter]'],
  ],
  [
    'front-matter-not-a-map',
    [
      '1:1: Front matter is a list of keys with values: lab, title, summary, minutes, apps, engines, namespaces [front-matter]',
    ],
  ],
  ['front-matter-not-yaml', ['6:16: Front matter is not valid YAML: Missing closing "quote [front-matter]']],
  [
    'front-matter-types',
    [
      '2:6: lab must be a whole number above 0, got 0 [front-matter]',
      '3:8: title must be one line of text, got ["a"] [front-matter]',
      '5:10: minutes must be a whole number above 0, got "soon" [front-matter]',
    ],
  ],
  [
    'front-matter-unknown-key',
    [
      '5:1: Front matter has no key "minuts" (did you mean minutes?): it has lab, title, summary, minutes, apps, engines, namespaces [front-matter]',
    ],
  ],
  [
    'heading-in-quote',
    [
      '17:3: The heading "Second step" stands inside a quote and starts no step: move it out [nested-heading]',
    ],
  ],
  [
    'indented-code',
    ['19:1: Indented code has no language: write it as a fence between ``` lines [indented-code]'],
  ],
  [
    'manifest',
    [
      '15:1: A yaml fence says what it is: check, file=path of the file it shows, or skip="reason" [bare-yaml]',
      '19:9: There is no file "labs/none.yaml": paths count from the project\'s root [dead-path]',
      "23:1: This fence differs from manifests/catalog.yaml: copy the file's text here [stale-manifest]",
      '27:1: A yaml check belongs under <details><summary>Check: what it shows</summary>, inside a step: move it there [check-outside-details]',
      '27:9: check takes no value: write yaml check [bad-value]',
      '27:17: A check is not a file: remove file= [bad-value]',
    ],
  ],
  ['nameless-step', ['11:1: "👋" has no letter to make a name of: write some words [no-id]']],
  [
    'nested-details',
    ['19:1: <details> stands inside "Hint": close that one first with </details> [nested-details]'],
  ],
  [
    'no-blank-line-in-details',
    [
      '18:1: This fence is part of the HTML around it, so it would be missed: put a blank line before it [hidden-in-html]',
    ],
  ],
  [
    'no-front-matter',
    [
      '1:1: A lab starts with front matter: write lab, title, summary and minutes between two --- lines [front-matter]',
    ],
  ],
  ['no-steps', ['1:1: A lab needs a step: write a ## heading [no-steps]']],
  ['no-title', ['1:1: A lab has its title as heading: write # Retries [title]']],
  [
    'other-title',
    [
      '9:1: The heading "Retry" differs from the title "Retries" of the front matter: make them equal [title]',
    ],
  ],
  [
    'output-without-command',
    [
      '19:1: There is no command right above this output: put it directly under its sh fence, one output for one command [output-without-command]',
      '28:1: There is no command right above this output: put it directly under its sh fence, one output for one command [output-without-command]',
      '34:1: The command above does not run, so nothing can be compared: give this fence skip="reason" as well [output-without-command]',
    ],
  ],
  [
    'skip-without-reason',
    [
      '13:9: skip needs its reason: skip="an example only" [skip-reason]',
      '17:9: skip needs its reason: skip="an example only" [skip-reason]',
      '21:7: A skipped fence does nothing with exit: remove one [skip-alone]',
    ],
  ],
  [
    'two-checks-in-one',
    ['23:1: One <details> holds one check: give this one a Check of its own [second-check]'],
  ],
  ['two-titles', ['17:1: "Second" is a second title: write ## for a step, or ### inside one [title]']],
  [
    'unclosed-comment',
    [
      '17:1: This comment hides the rest of the file: end it with --> [unclosed-comment]',
      '19:1: The heading "Second step" is part of the HTML around it, so it would be missed: take it out of the comment [hidden-in-html]',
    ],
  ],
  [
    'unclosed-details',
    [
      '11:1: The step "First step" is empty: write what to do, or remove its heading [empty-step]',
      '13:1: <details> "Hint" is not closed before the heading "Second step": write </details> on a line of its own [unclosed-details]',
      '23:1: <details> "Solution" is not closed before the end of the file: write </details> on a line of its own [unclosed-details]',
    ],
  ],
  ['unclosed-fence', ['19:1: This fence is never closed: write ``` under its last line [unclosed-fence]']],
  [
    'unknown-attribute',
    [
      '13:7: tiemout is not an attribute of a sh fence (did you mean timeout?): it can have exit, timeout, within, skip [unknown-attribute]',
      '17:1: A text fence is the output of the command above it: say how to compare it with expect=same, like or contains, or skip="reason" [bad-value]',
      '17:9: expct is not an attribute of a text fence (did you mean expect?): it can have expect, skip [unknown-attribute]',
      '20:9: color is not an attribute of a json fence: it can have skip [unknown-attribute]',
    ],
  ],
  [
    'unknown-hole',
    [
      '18:5: <hsh> is not a hole (did you mean hash?): write \\<hsh> for the text itself [unknown-hole]',
      '18:11: <title> is not a hole: write \\<title> for the text itself [unknown-hole]',
    ],
  ],
  [
    'unknown-language',
    [
      '13:1: A bash fence does not run: write sh, or say why it is only to be read: skip="reason" [unknown-language]',
      '17:1: A yml fence does not run (did you mean yaml?): say why it is only to be read: skip="reason" [unknown-language]',
      '17:8: check is not an attribute of a yml fence: it can have skip [unknown-attribute]',
      '21:1: A rust fence does not run: say why it is only to be read: skip="reason" [unknown-language]',
      '24:1: A fence without a language does not run: write sh for commands, or a language and say why it is only to be read: skip="reason" [unknown-language]',
    ],
  ],
];

describe('a lab with a mistake', () => {
  it.each(mistakes)('%s', (name, problems) => {
    const text = readFileSync(join(folder, `${name}.md`), 'utf8');
    expect(problemsOf(text, files)).toEqual(problems);
    expect(parse(text, files).lab).toBeUndefined();
  });

  it('has a fixture for every row, and a row for every fixture', () => {
    expect(mistakes.map(([name]) => `${name}.md`)).toEqual(readdirSync(folder).toSorted());
  });
});
