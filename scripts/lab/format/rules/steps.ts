// Rules about steps, their details and their checks.

import type { Rule } from './rule.ts';

const command = '```sh\necho hello\n```';
const check = '```yaml check\nhttp: { get: "http://localhost:30000/" }\n```';
const details = (summary: string, body: string): string =>
  `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;

export const stepRules = {
  'bad-check': {
    says: 'A check has the keys of its kind, with values that they can have.',
    why: 'A mistyped key would be a check of something else.',
    wrong: `${command}\n\n${details('Check: it answers', '```yaml check\nhttp: { get: "http://localhost:30000/", stauts: 404 }\n```')}`,
    right: `${command}\n\n${details('Check: it answers', '```yaml check\nhttp: { get: "http://localhost:30000/", status: 404 }\n```')}`,
  },
  'check-missing': {
    says: 'A <details> that is a Check holds a ```yaml check fence.',
    why: 'Its title would promise what nothing proves.',
    wrong: `${command}\n\n${details('Check: it answers', 'Look at it.')}`,
    right: `${command}\n\n${details('Check: it answers', check)}`,
  },
  'check-outside-details': {
    says: 'A ```yaml check fence stands under <details><summary>Check: what it shows</summary>, in a step.',
    why: 'The learner sees the title of a check, not its YAML; without one nobody can tell what was proved.',
    wrong: `${command}\n\n${check}`,
    right: `${command}\n\n${details('Check: it answers', check)}`,
  },
  'check-title': {
    says: 'A check has a title: Check: what it shows.',
    why: 'It is what the learner reads when it turns green or red.',
    wrong: `${command}\n\n${details('Check:', check)}`,
    right: `${command}\n\n${details('Check: it answers', check)}`,
  },
  'check-without-command': {
    says: 'A step with a check has a command, or a Solution with one; a check that holds all the time says invariant: true.',
    why: 'A check is red before its step and green after it, and something must make it so.',
    wrong: `Look.\n\n${details('Check: it answers', check)}`,
    right: `Look.\n\n${details('Check: it answers', check.replace('\n```', '\ninvariant: true\n```'))}`,
  },
  'duplicate-id': {
    says: 'Two steps of a lab have different titles, and so have two checks.',
    why: 'Progress, reports and goto know them by their titles.',
    wrong: `## Apply\n\n${command}\n\n## Apply\n\n${command}`,
    right: `## Apply\n\n${command}\n\n## Apply again\n\n${command}`,
    place: 'steps',
  },
  'empty-step': {
    says: 'A step has something to read or to do.',
    why: 'A heading alone is no step.',
    wrong: `## Look\n\n## Apply\n\n${command}`,
    right: `## Look\n\nWhat is there?\n\n## Apply\n\n${command}`,
    place: 'steps',
  },
  'hidden-in-html': {
    says: 'A fence or a heading under an HTML tag has a blank line before it.',
    why: 'In Markdown it is a part of the HTML otherwise, and would be missed.',
    wrong: `${command}\n\n<details><summary>Solution</summary>\n${command}\n</details>`,
    right: `${command}\n\n${details('Solution', command)}`,
  },
  'nested-details': {
    says: 'A <details> stands at the top level of a step, on lines of its own.',
    why: 'Inside another one, a list or a paragraph it would be missed.',
    wrong: `${command}\n\n- Stuck?\n\n  <details><summary>Hint</summary>\n\n  Look.\n\n  </details>`,
    right: `${command}\n\nStuck?\n\n${details('Hint', 'Look.')}`,
  },
  'nested-heading': {
    says: 'A ## heading stands at the top level.',
    why: 'Inside a quote or a list it would start no step.',
    wrong: `## Apply\n\n${command}\n\n> ## Look`,
    right: `## Apply\n\n${command}\n\n## Look\n\nWhat is there?`,
    place: 'steps',
  },
  'no-id': {
    says: 'The title of a step or a check has a letter or a digit.',
    why: 'Its name in reports is made of them.',
    wrong: `## 👋\n\n${command}`,
    right: `## Say hello\n\n${command}`,
    place: 'steps',
  },
  'no-summary': {
    says: 'A <details> has a <summary>.',
    why: 'The summary says what it is, to readers and to the lab.',
    wrong: `${command}\n\n<details>\n\nLook.\n\n</details>`,
    right: `${command}\n\n${details('Hint', 'Look.')}`,
  },
  'outside-step': {
    says: 'Checks, hints and solutions stand under a ## heading.',
    why: 'Before the first step there is nothing that they could belong to.',
    wrong: `${details('Hint', 'Look.')}\n\n## Apply\n\n${command}`,
    right: `## Apply\n\n${command}\n\n${details('Hint', 'Look.')}`,
    place: 'steps',
  },
  'second-check': {
    says: 'One <details> holds one check.',
    why: 'Each has a title and a colour of its own.',
    wrong: `${command}\n\n${details('Check: both answer', `${check}\n\n${check}`)}`,
    right: `${command}\n\n${details('Check: the one answers', check)}\n\n${details('Check: the other answers', check)}`,
  },
  'stray-details-end': {
    says: 'A </details> ends a <details> above it.',
    why: 'One too many means that one is missing.',
    wrong: `${command}\n\n</details>`,
    right: command,
  },
  'unclosed-comment': {
    says: 'A comment ends with -->.',
    why: 'Without its end it hides the rest of the lab.',
    wrong: `${command}\n\n<!-- later`,
    right: `${command}\n\n<!-- later -->`,
  },
  'unclosed-details': {
    says: 'A <details> ends with </details> on a line of its own, before the next heading.',
    why: 'It would hold the steps that follow.',
    wrong: `${command}\n\n<details><summary>Hint</summary>\n\nLook.`,
    right: `${command}\n\n${details('Hint', 'Look.')}`,
  },
  'unknown-summary': {
    says: 'A summary that is nearly Check, Hint, Solution or Instructor notes is one of them.',
    why: 'With a typing mistake it would be further reading, and nothing of it would run.',
    wrong: `${command}\n\n${details('Hnit', 'Look.')}`,
    right: `${command}\n\n${details('Hint', 'Look.')}`,
  },
} as const satisfies Readonly<Record<string, Rule>>;
