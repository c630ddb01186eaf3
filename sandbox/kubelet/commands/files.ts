// The container's files, to read: those the kubelet writes and those of its volumes.

import { type Command, readInput } from './command.ts';

export const cat: Command = async (args, { files, stdin, stdout, stderr }) => {
  const paths = args.filter((arg) => arg !== '--');
  let code = 0;
  for (const path of paths.length === 0 ? ['-'] : paths) {
    const content = path === '-' ? await readInput(stdin) : files.get(normalize(path));
    if (content !== undefined) {
      stdout(content);
      continue;
    }
    const why = entries(files, path) === undefined ? 'No such file or directory' : 'Is a directory';
    stderr(`cat: ${path}: ${why}\n`);
    code = 1;
  }
  return code;
};

export const listFiles: Command = (args, { files, stdout, stderr }) => {
  const unknown = args.find((arg) => arg.startsWith('-') && !/^-[1a]+$/.test(arg));
  if (unknown !== undefined) {
    stderr(`ls: the sandbox has the options -1 and -a, not ${unknown}\n`);
    return 2;
  }
  const paths = args.filter((arg) => !arg.startsWith('-'));
  let code = 0;
  for (const path of paths.length === 0 ? ['/'] : paths) {
    const found = files.has(normalize(path)) ? [path] : entries(files, path);
    if (found === undefined) {
      stderr(`ls: cannot access '${path}': No such file or directory\n`);
      code = 2;
      continue;
    }
    if (paths.length > 1) stdout(`${path}:\n`);
    for (const name of found) stdout(`${name}\n`);
  }
  return code;
};

/** Names in a folder, sorted; undefined when there is no such folder. */
function entries(files: ReadonlyMap<string, string>, path: string): readonly string[] | undefined {
  const normal = normalize(path);
  const prefix = normal === '/' ? '/' : `${normal}/`;
  const names = new Set<string>();
  let exists = prefix === '/';
  for (const file of files.keys()) {
    if (!file.startsWith(prefix)) continue;
    exists = true;
    const [name = ''] = file.slice(prefix.length).split('/');
    if (name !== '') names.add(name);
  }
  return exists ? [...names].toSorted() : undefined;
}

function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  // /var/run is a link to /run in every distribution.
  const normal = `/${parts.join('/')}`;
  return normal === '/run' || normal.startsWith('/run/') ? `/var${normal}` : normal;
}
