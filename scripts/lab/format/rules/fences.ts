// Rules about fences: each runs, is compared, or says why not.

import type { Rule } from './rule.ts';

const command = '```sh\necho hello\n```';

export const fenceRules = {
  'bad-attribute': {
    says: 'An attribute of a fence is a name, or name=value, or name="some words".',
    why: 'An attribute that cannot be read would be passed over in silence.',
    wrong: '```sh skip="never\nrm -r /\n```',
    right: '```sh skip="never do this"\nrm -r /\n```',
  },
  'bad-value': {
    says: 'The value of an attribute is one that the attribute can have.',
    why: 'A time without its unit, or a mistyped word, would mean something else than you think.',
    wrong: '```sh timeout=30\nsleep 1\n```',
    right: '```sh timeout=30s\nsleep 1\n```',
  },
  'bare-yaml': {
    says: 'A yaml fence is a check, shows a file (file=path), or says why it is only to be read (skip="reason").',
    why: 'A manifest that is printed in the text and stands nowhere else cannot be applied, and grows old unnoticed.',
    wrong: '```yaml\nkind: Service\n```',
    right: '```yaml skip="a part of the whole"\nkind: Service\n```',
  },
  'duplicate-attribute': {
    says: 'A fence has each attribute once.',
    why: 'Nobody could tell which one counts.',
    wrong: '```sh exit=1 exit=2\nfalse\n```',
    right: '```sh exit=1\nfalse\n```',
  },
  'empty-fence': {
    says: 'A sh fence has a command.',
    why: 'There would be nothing to run, and no reason to ask for it.',
    wrong: '```sh\n```',
    right: command,
  },
  'compares-nothing': {
    says: 'The output that is shown has a line that could be another one.',
    why: 'Everything is like "...", so the comparison could not fail.',
    wrong: '```sh\necho hello\n```\n\n```text expect=like\n...\n```',
    right: '```sh\necho hello\n```\n\n```text expect=contains\nhello\n```',
  },
  'indented-code': {
    says: 'Code stands in a fence between ``` lines.',
    why: 'Indented code has no language, so it would never run.',
    wrong: 'Run this:\n\n    echo hello\n',
    right: `Run this:\n\n${command}`,
  },
  'nested-fence': {
    says: 'A fence that runs stands outside of lists and quotes.',
    why: 'Only what stands at the top level of a step runs.',
    wrong: '- First:\n\n  ```sh\n  echo hello\n  ```',
    right: `- First:\n\n${command}`,
  },
  'output-without-command': {
    says: 'An output stands right under the sh fence that prints it, one for one.',
    why: 'Otherwise it would be compared with nothing.',
    wrong: `${command}\n\nThis prints:\n\n\`\`\`text expect=same\nhello\n\`\`\``,
    right: `This prints:\n\n${command}\n\n\`\`\`text expect=same\nhello\n\`\`\``,
  },
  'skip-alone': {
    says: 'A fence with skip has no other attribute that does something.',
    why: 'What does not run has no exit code, no time and no output.',
    wrong: '```sh skip="an example" exit=1\nfalse\n```',
    right: '```sh skip="an example"\nfalse\n```',
  },
  'skip-reason': {
    says: 'skip says why, in words.',
    why: 'The next author must be able to tell whether the reason still holds.',
    wrong: '```sh skip\nistioctl install\n```',
    right: '```sh skip="it is installed already"\nistioctl install\n```',
  },
  'stale-manifest': {
    says: 'A yaml fence with file= has the text of that file.',
    why: 'The reader would read one thing and apply another.',
    wrong: '```yaml file=manifests/catalog/catalog.yaml\nkind: Deployment\n```',
    right: '```yaml file=manifests/catalog/catalog.yaml\nkind: Service\n```',
  },
  'unclosed-fence': {
    says: 'A fence ends with the same ``` that it starts with.',
    why: 'Without its end it holds the rest of the lab.',
    wrong: '```sh\necho hello\n',
    right: command,
  },
  'unknown-attribute': {
    says: 'A fence has only the attributes of its language: sh has exit, timeout, within and skip; text has expect and skip; yaml has check, file and skip.',
    why: 'A mistyped attribute would do nothing.',
    wrong: '```sh tiemout=5s\nsleep 1\n```',
    right: '```sh timeout=5s\nsleep 1\n```',
  },
  'unknown-hole': {
    says: 'A name in <…> of an output with expect=like is a hole that exists, such as <pod>, <ip>, <age>, <n> or <any>; \\<…> is the text itself.',
    why: 'A mistyped hole would only ever match itself.',
    wrong: `${command}\n\n\`\`\`text expect=like\n<pdo>\n\`\`\``,
    right: `${command}\n\n\`\`\`text expect=like\n<pod>\n\`\`\``,
  },
  'unknown-language': {
    says: 'A fence is sh, text or yaml, or says why it is only to be read (skip="reason").',
    why: 'A fence in bash or console looks as if it ran, and would not.',
    wrong: '```bash\necho hello\n```',
    right: command,
  },
  'dead-path': {
    says: 'A file that a command or a fence names is there; paths count from the root of the project.',
    why: 'The command would fail for every learner.',
    wrong: '```sh\nkubectl apply -f catalog.yaml\n```',
    right: '```sh\nkubectl apply -f manifests/catalog/catalog.yaml\n```',
  },
  'unreachable-command': {
    says: 'A command that runs stands in a step, or under its Solution.',
    why: 'Before the first step, and under a hint, a check or notes, nothing runs it.',
    wrong: `${command}\n\n<details><summary>Hint</summary>\n\n${command}\n\n</details>`,
    right: `${command}\n\n<details><summary>Hint</summary>\n\nTry \`echo hello\`.\n\n</details>`,
  },
} as const satisfies Readonly<Record<string, Rule>>;
