// Commands that name a file of the project which is not there.

import { normalize } from 'node:path';
import { commandsOf, type Command, type Step } from './lab.ts';
import { placeUnder } from './place.ts';
import type { Reader } from './reader.ts';
import { shellWords, type SimpleCommand } from './shell-words.ts';

export function reportDeadPaths(steps: readonly Step[], reader: Reader): void {
  const written = new Set<string>();
  for (const command of steps.flatMap(commandsOf)) {
    for (const simple of shellWords(command.text)) {
      for (const path of writtenBy(simple)) written.add(path);
      for (const { word, offset } of readBy(simple)) {
        if (!written.has(word) && !reader.files.exists(normalize(word)))
          report(word, offset, command, reader);
      }
    }
  }
}

function report(path: string, offset: number, { at, text }: Command, { problems }: Reader): void {
  const message = `There is no file "${path}": commands run in the project's root, write the path from there`;
  problems.add(placeUnder(at, text, offset), 'dead-path', message);
}

/** Files a command makes: targets of `>` and of tee. */
function writtenBy(command: SimpleCommand): readonly string[] {
  const words = command.map(({ word }) => word);
  const targets = words.filter((_, index) => words[index - 1] === '>');
  return words[0] === 'tee' ? [...targets, ...words.slice(1)] : targets;
}

const fileTools = new Set(['kubectl', 'istioctl', 'k']);
const fileFlags = new Set(['-f', '--filename', '-k', '--kustomize']);
const projectFolders = /^(?:\.\/)?(?:labs|manifests|kind|apps)\//;

/** Files a command reads: values of kubectl's `-f` and `-k`, and any word that starts with a folder of the project. */
function readBy(command: SimpleCommand): SimpleCommand {
  const end = command.findIndex(({ word }) => word === '--');
  const own = end === -1 ? command : command.slice(0, end);
  const words = own.map(({ word }) => word);
  const tool = words.find((word) => !/^\w+=/.test(word)) ?? '';
  // `-f` of kubectl logs follows.
  const takesFiles = fileTools.has(tool) && !words.includes('logs');
  return own.flatMap(({ word, offset }, index) => {
    const before = words[index - 1] ?? '';
    if (before === '>') return [];
    const [flag = '', value] = word.split(/=(.*)/s);
    const isAssigned = takesFiles && fileFlags.has(flag) && value !== undefined;
    const path = isAssigned ? value : word;
    const isFile = isAssigned || (takesFiles && fileFlags.has(before)) || projectFolders.test(word);
    return isFile && isPlainPath(path) ? [{ word: path, offset }] : [];
  });
}

/** False for what only the shell can tell (`$FILE`, `*.yaml`), for standard input, addresses and paths outside. */
const isPlainPath = (word: string): boolean => word !== '-' && !/[$*?[{`]|^[/~]|^https?:/.test(word);
