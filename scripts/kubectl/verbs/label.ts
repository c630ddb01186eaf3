// `kubectl label` and `kubectl annotate`: `key=value` sets, `key-` removes.

import { kindName, pathOf } from '../api/resource.ts';
import { failure, KubectlError, throwAll } from '../failure.ts';
import { text, toggle } from '../flags.ts';
import { findObjects } from '../objects/find.ts';
import type { Call, Verb } from '../verb.ts';

interface Words {
  readonly field: 'labels' | 'annotations';
  readonly one: string;
  readonly done: string;
  readonly removed: string;
  readonly nothing: string;
}

export const label: Verb = verbFor({
  field: 'labels',
  one: 'label',
  done: 'labeled',
  removed: 'unlabeled',
  nothing: 'not labeled',
});

export const annotate: Verb = verbFor({
  field: 'annotations',
  one: 'annotation',
  done: 'annotated',
  removed: 'annotated',
  nothing: 'annotated',
});

function verbFor(words: Words): Verb {
  return {
    flags: {
      overwrite: toggle(),
      all: toggle(),
      'all-namespaces': toggle('A'),
      selector: text('l'),
      filename: text('f'),
    },
    run: async (call) => change(call, words),
  };
}

async function change(call: Call, words: Words): Promise<number> {
  const { flags, terminal } = call;
  const isChange = (word: string): boolean => /^[^=]+(?:=|-$)/.test(word) && !word.startsWith('-');
  const firstChange = call.args.findIndex(isChange);
  const named = firstChange === -1 ? call.args : call.args.slice(0, firstChange);
  const changes = firstChange === -1 ? [] : call.args.slice(firstChange);
  if (changes.length === 0) throw failure(`at least one ${words.one} update is required`);
  const wanted = new Map(changes.map(readChange));
  const cluster = await call.cluster();
  const { found, errors } = await findObjects(call, cluster, { args: named, files: flags.list('filename') });
  const failures: unknown[] = [...errors];
  for (const { resource, object } of found) {
    const now = object.metadata?.[words.field] ?? {};
    const taken = [...wanted].find(
      ([key, value]) =>
        value !== null && Object.hasOwn(now, key) && now[key] !== value && !flags.on('overwrite'),
    );
    if (taken !== undefined) {
      failures.push(
        new KubectlError(
          `error: '${taken[0]}' already has a value (${now[taken[0]] ?? ''}), and --overwrite is false`,
        ),
      );
      continue;
    }
    for (const [key, value] of wanted) {
      if (value === null && !Object.hasOwn(now, key)) terminal.out(`${words.one} "${key}" not found.\n`);
    }
    const differing = [...wanted].filter(([key, value]) =>
      value === null ? Object.hasOwn(now, key) : now[key] !== value,
    );
    const name = object.metadata?.name ?? '';
    if (differing.length > 0) {
      try {
        await cluster.client.json({
          method: 'PATCH',
          path: pathOf(resource, object.metadata?.namespace, name),
          query: { fieldManager: `kubectl-${words.one === 'label' ? 'label' : 'annotate'}` },
          contentType: 'application/merge-patch+json',
          body: { metadata: { [words.field]: Object.fromEntries(differing) } },
        });
      } catch (error) {
        failures.push(error);
        continue;
      }
    }
    const removing = differing.length > 0 && differing.every(([, value]) => value === null);
    const outcome = differing.length === 0 ? words.nothing : removing ? words.removed : words.done;
    terminal.out(`${kindName(resource)}/${name} ${outcome}\n`);
  }
  throwAll(failures);
  return 0;
}

function readChange(word: string): readonly [string, string | null] {
  if (!word.includes('=')) {
    if (word.endsWith('-')) return [word.slice(0, -1), null];
    throw failure(`unknown argument ${JSON.stringify(word)}`);
  }
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
}
