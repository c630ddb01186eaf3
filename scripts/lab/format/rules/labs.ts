// Rules about a lab as a whole: its front matter, its title, its folder, its translations.

import type { Rule } from './rule.ts';

const readme = (matter: string, body: string): string => `---\n${matter}\n---\n\n${body}\n`;
const matter = 'lab: 3\ntitle: Retries\nsummary: Let the mesh hide failures\nminutes: 15';
const step = '## Look\n\nWhat is there?';

export const labRules = {
  'front-matter': {
    says: 'A lab starts with lab, title, summary and minutes between two --- lines; apps, engines and namespaces may follow.',
    why: 'They say what is listed, what is deployed, and what a reset removes.',
    wrong: readme(matter.replace('minutes: 15', 'minutes: soon'), `# Retries\n\n${step}`),
    right: readme(matter, `# Retries\n\n${step}`),
    place: 'file',
  },
  title: {
    says: 'A lab has one # heading, and it is the title of the front matter.',
    why: 'Readers on GitHub see the heading, learners in the terminal the title.',
    wrong: readme(matter, `# Trying again\n\n${step}`),
    right: readme(matter, `# Retries\n\n${step}`),
    place: 'file',
  },
  'no-steps': {
    says: 'A lab has a step: a ## heading.',
    why: 'Without one there is nothing to do.',
    wrong: readme(matter, '# Retries\n\nServices fail.'),
    right: readme(matter, `# Retries\n\nServices fail.\n\n${step}`),
    place: 'file',
  },
  'folder-name': {
    says: 'The folder of a lab is named NN-name, in lower case.',
    why: 'The number is what is typed: npm run lab 3.',
    wrong: 'labs/retries/README.md (lab: 3)',
    right: 'labs/03-retries/README.md (lab: 3)',
    place: 'folder',
  },
  'lab-number': {
    says: 'The number of the folder is the number of the front matter.',
    why: 'The lab would be listed under one number and found under another.',
    wrong: 'labs/04-retries/README.md (lab: 3)',
    right: 'labs/04-retries/README.md (lab: 4)',
    place: 'folder',
  },
  'no-readme': {
    says: 'The folder of a lab has a README.md.',
    why: 'The README is the lab.',
    wrong: 'labs/03-retries/lab.md (lab: 3)',
    right: 'labs/03-retries/README.md (lab: 3)',
    place: 'folder',
  },
  'duplicate-number': {
    says: 'Two labs have different numbers.',
    why: 'Nobody could tell which one npm run lab 3 is.',
    wrong: 'labs/03-retries/README.md (lab: 3)\nlabs/03-timeouts/README.md (lab: 3)',
    right: 'labs/03-retries/README.md (lab: 3)\nlabs/04-timeouts/README.md (lab: 4)',
    place: 'folder',
  },
  'bad-mutation': {
    says: 'mutations.yaml is a list of { file, replace, with, rung } and { what, step, run, undo, rung }.',
    why: 'A mistake that cannot be made proves nothing: the text must stand in the file, and a step must apply it.',
    wrong: '- file: manifests/catalog/catalog.yaml\n  replace: kind: Deployment\n',
    right:
      '- what: no namespace\n  step: look\n  run: kubectl delete namespace shop\n  undo: kubectl create namespace shop\n  rung: exists\n',
    place: 'mutations',
  },
  'translation-fence': {
    says: 'A translation, README.ko.md, has no fences and no front matter.',
    why: 'Commands and checks come from README.md, so that they are written once.',
    wrong: '# 재시도\n\n## 보기\n\n```sh\necho hello\n```\n',
    right: '# 재시도\n\n## 보기\n\n무엇이 있습니까?\n',
    place: 'translation',
  },
  'translation-step': {
    says: 'A translation has the steps of README.md, in their order.',
    why: 'Its words are put to the commands by position.',
    wrong: '# 재시도\n\n말.\n',
    right: '# 재시도\n\n## 보기\n\n무엇이 있습니까?\n',
    place: 'translation',
  },
  'translation-details': {
    says: 'A step of a translation has as many <details> as that of README.md.',
    why: 'Titles of checks and words of hints are put to theirs by position.',
    wrong: '# 재시도\n\n## 보기\n\n<details><summary>힌트</summary>\n\n말.\n\n</details>\n',
    right: '# 재시도\n\n## 보기\n\n말.\n',
    place: 'translation',
  },
} as const satisfies Readonly<Record<string, Rule>>;
