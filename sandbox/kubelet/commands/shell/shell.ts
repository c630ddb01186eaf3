// `sh -c SCRIPT`: a small part of the shell, exactly; the rest is refused before anything runs.
//
// Has: commands with quotes, `$NAME`, `${NAME}`, `$?`; `exit`; `;` `&&` `||` and new lines; `while LIST; do …; done` and
// `for NAME in WORDS; do …; done` with `$(seq …)`, `{1..N}`; output to /dev/null, `2>&1`.
// Has not: pipes, other redirections, background jobs, assignments, functions, if, break, substitution.

import type { Command, CommandContext } from '../command.ts';
import { parseScript, ShellSyntaxError, type Node } from './parse.ts';
import { expandWord } from './expand-word.ts';

/** "Command found, but not executable": what a shell says of what it cannot run. */
const refused = 126;

/** The commands a script may call. */
export interface Commands {
  has(name: string, image: string): boolean;
  run(context: CommandContext, argv: readonly string[]): Promise<number>;
}

export const createShell =
  (commands: Commands): Command =>
  async (args, context) => {
    const [option, script] = args;
    if (option === undefined || !/^-[el]*c$/.test(option) || script === undefined) {
      context.stderr(
        'The sandbox has no interactive shell; run one command at a time, such as kubectl exec POD -- curl -s URL.\n',
      );
      return refused;
    }
    let nodes: readonly Node[];
    try {
      nodes = parseScript(script);
    } catch (error) {
      if (!(error instanceof ShellSyntaxError)) throw error;
      context.stderr(`${error.message}\n`);
      return refused;
    }
    const variables = new Map(context.env);
    try {
      return await runNodes({ commands, context, variables }, nodes, 0);
    } catch (error) {
      if (error instanceof Exit) return error.code;
      throw error;
    }
  };

/** Ends the script, however deep inside its loops. */
class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

interface Script {
  readonly commands: Commands;
  readonly context: CommandContext;
  readonly variables: Map<string, string>;
}

async function runNodes(script: Script, nodes: readonly Node[], before: number): Promise<number> {
  let code = before;
  for (const node of nodes) {
    if (script.context.signal.aborted) return code;
    if (node.after === '&&' && code !== 0) continue;
    if (node.after === '||' && code === 0) continue;
    code = await runNode(script, node, code);
  }
  return code;
}

async function runNode(script: Script, node: Node, before: number): Promise<number> {
  const { commands, context, variables } = script;
  if (node.kind === 'while') {
    let code = 0;
    while ((await runNodes(script, node.condition, before)) === 0 && !context.signal.aborted) {
      code = await runNodes(script, node.body, 0);
      await nextTurn();
    }
    return code;
  }
  const words = (node.kind === 'for' ? node.items : node.words).flatMap((word) =>
    expandWord(word, (name) => (name === '?' ? String(before) : (variables.get(name) ?? ''))),
  );
  if (node.kind === 'for') {
    let code = 0;
    for (const item of words) {
      variables.set(node.variable, item);
      code = await runNodes(script, node.body, code);
      await nextTurn();
    }
    return code;
  }
  const [name] = words;
  if (name === undefined) return 0;
  const toNowhere = (): void => undefined;
  const stdout = node.stdout === 'null' ? toNowhere : context.stdout;
  const stderr = node.stderr === 'null' ? toNowhere : node.stderr === 'stdout' ? stdout : context.stderr;
  if (name === 'exit') throw new Exit(exitCode(words[1], before, stderr));
  if (!commands.has(name, context.image)) {
    stderr(`sh: 1: ${name}: not found\n`);
    return 127;
  }
  return commands.run({ ...context, stdout, stderr, env: variables }, words);
}

function exitCode(given: string | undefined, before: number, stderr: CommandContext['stderr']): number {
  if (given === undefined) return before;
  if (/^\d+$/.test(given)) return Number(given) % 256;
  stderr(`sh: 1: exit: Illegal number: ${given}\n`);
  return 2;
}

/** A loop shall not keep the rest of the process waiting. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
