// What a lab has made by the end of a step, read from its commands: the objects of the files it applies, with the
// command that makes each, and the chaos it has switched on.

import { parseAllDocuments } from 'yaml';
import { commandsOf, type Lab } from '../format/lab.ts';
import { shellQuote } from '../../shell-quote.ts';
import { shellWords } from '../format/shell-words.ts';
import type { AnyObject } from '../../../sandbox/kube/object.ts';

export interface IntendedObject {
  readonly object: AnyObject;
  /** The command that makes it as it should be. */
  readonly command: string;
  /** Position of the step, from 0; -1 for what is there from the start. */
  readonly step: number;
  /** True where the command stands under the Solution of the last step: the learner is to find it. */
  readonly isAnswer: boolean;
}

export interface IntendedChaos {
  readonly namespace: string;
  readonly deployment: string;
  /** The command that orders it, in one line. */
  readonly command: string;
  readonly order: Readonly<Record<string, unknown>>;
}

export interface Intended {
  readonly objects: readonly IntendedObject[];
  readonly chaos: readonly IntendedChaos[];
}

export interface IntendedOptions {
  /** The last step that counts, from 0. */
  readonly step: number;
  /** Paths of the manifests that are applied before the first step. */
  readonly baseFiles: readonly string[];
  /** The text of a file of the project, or undefined when there is none. */
  readonly read: (path: string) => string | undefined;
}

export function intendedBy(lab: Lab, { step: last, baseFiles, read }: IntendedOptions): Intended {
  const world = new IntendedWorld(read);
  for (const file of baseFiles) world.applyFile(file, { step: -1, isAnswer: false });
  for (const [step, command] of lab.steps
    .slice(0, last + 1)
    .flatMap((each, index) => commandsOf(each).map((one) => [index, one] as const))) {
    const isAnswer = step === last && lab.steps[step]?.blocks.includes(command) === false;
    for (const simple of shellWords(command.text)) {
      const words = simple.map(({ word }) => word);
      if (words[0] === 'kubectl') world.run(words.slice(1), { step, isAnswer });
    }
  }
  return { objects: [...world.objects.values()], chaos: [...world.chaos.values()] };
}

/** Kinds that a lab writes itself: of these, what it does not know is not there, and no API fills in defaults. */
export const authoredKinds: ReadonlySet<string> = new Set([
  'VirtualService',
  'DestinationRule',
  'Gateway',
  'Sidecar',
  'ServiceEntry',
  'HTTPRoute',
]);

export const keyOf = ({ kind, metadata }: AnyObject): string =>
  `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;

/** The files that the words of a kubectl command name with `-f`. */
export const filesOf = (words: readonly string[]): readonly string[] =>
  words.flatMap((word, index) => {
    const [flag, value] = word.split(/=(.*)/s);
    if (flag !== '-f' && flag !== '--filename') return [];
    return value === undefined ? (words[index + 1] ?? []) : [value];
  });

/** How to come to it; what the learner is to find is not told. */
export const wayTo = ({ object: { kind, metadata }, command, isAnswer }: IntendedObject): string =>
  isAnswer ? `write ${kind} ${metadata.name} as the step says; solve shows the lab's own` : command;

type Place = Pick<IntendedObject, 'step' | 'isAnswer'>;

class IntendedWorld {
  readonly objects = new Map<string, IntendedObject>();
  readonly chaos = new Map<string, IntendedChaos>();
  readonly #read: IntendedOptions['read'];

  constructor(read: IntendedOptions['read']) {
    this.#read = read;
  }

  /** Words after `kubectl`. What changes no object is passed over. */
  run(words: readonly string[], place: Place): void {
    const given = flagOf(words, '-n', '--namespace');
    const namespace = given ?? 'default';
    const [verb, ...rest] = plain(words);
    if (verb === 'create' && rest[0] === 'namespace') this.#createNamespace(rest[1] ?? '', place);
    else if (verb === 'apply' || verb === 'create')
      for (const file of filesOf(words)) this.applyFile(file, place, given);
    else if (verb === 'label' && rest[0] === 'namespace') this.#label(rest[1] ?? '', rest.slice(2), place);
    else if (verb === 'delete') this.#delete(words, rest, namespace);
    else if (verb === 'exec') this.#exec(words, rest[0] ?? '', namespace);
  }

  /** @param given the command's own namespace, for objects that name none */
  applyFile(file: string, place: Place, given?: string): void {
    const command = `kubectl ${given === undefined ? '' : `-n ${given} `}apply -f ${file}`;
    for (const object of this.#written(file, given ?? 'default')) this.#set({ object, command, ...place });
  }

  #written(file: string, namespace: string): readonly AnyObject[] {
    return objectsOf(this.#read(file) ?? '').map((object) => placed(object, namespace));
  }

  #set(intended: IntendedObject): void {
    this.objects.set(keyOf(intended.object), intended);
  }

  #createNamespace(name: string, place: Place): void {
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } as AnyObject;
    this.#set({ object, command: `kubectl create namespace ${name}`, ...place });
  }

  #label(name: string, words: readonly string[], place: Place): void {
    const known = this.objects.get(`Namespace /${name}`);
    if (known === undefined) return;
    const labels = { ...known.object.metadata.labels };
    for (const word of words) {
      const [label = '', value] = word.split('=');
      if (value !== undefined) labels[label] = value;
      else if (label.endsWith('-')) delete labels[label.slice(0, -1)];
    }
    const object = { ...known.object, metadata: { ...known.object.metadata, labels } };
    this.#set({
      object,
      command: `kubectl label namespace ${name} ${words.join(' ')} --overwrite`,
      ...place,
    });
  }

  #delete(words: readonly string[], [kind = '', ...names]: readonly string[], namespace: string): void {
    const written = filesOf(words).flatMap((file) => this.#written(file, namespace));
    const gone = new Set(written.map(keyOf));
    for (const [key, { object }] of this.objects) {
      const named =
        object.kind.toLowerCase().startsWith(kind.toLowerCase().replace(/s$/, '')) &&
        names.includes(object.metadata.name) &&
        (object.metadata.namespace ?? namespace) === namespace;
      if (gone.has(key) || (kind !== '' && named)) this.objects.delete(key);
    }
  }

  /** Only orders of chaos: `exec deploy/NAME -- curl … -d JSON http://localhost:…/blowup`. */
  #exec(words: readonly string[], target: string, namespace: string): void {
    const data = flagOf(words, '-d', '--data');
    if (data === undefined || !words.some((word) => word.endsWith('/blowup'))) return;
    const order = parsed(data);
    const deployment = target.replace(/^deploy(?:ment)?s?\//, '');
    const command = `kubectl ${words.map(shellQuote).join(' ')}`;
    const key = `${namespace}/${deployment} ${String(order['type'])}`;
    this.chaos.set(key, { namespace, deployment, command, order });
  }
}

const clusterScoped =
  /^(?:Namespace|Node|GatewayClass|IngressClass|StorageClass|PersistentVolume|APIService|CustomResourceDefinition|Cluster\w+|\w+WebhookConfiguration)$/;

const placed = (object: AnyObject, namespace: string): AnyObject =>
  object.metadata.namespace !== undefined || clusterScoped.test(object.kind)
    ? object
    : { ...object, metadata: { ...object.metadata, namespace } };

const flagsWithValue = new Set(['-n', '--namespace', '-f', '--filename', '-c', '--container', '-l', '-o']);

/** Without flags and what belongs to them, up to `--`. */
function plain(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  const own = end === -1 ? words : words.slice(0, end);
  return own.filter((word, index) => !word.startsWith('-') && !flagsWithValue.has(own[index - 1] ?? ''));
}

export function flagOf(words: readonly string[], ...names: readonly string[]): string | undefined {
  const at = words.findIndex((word) => names.includes(word.replace(/=.*$/s, '')));
  const [, assigned] = words[at]?.split(/=(.*)/s) ?? [];
  return at === -1 ? undefined : (assigned ?? words[at + 1]);
}

function parsed(json: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(json) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

/** What is not an object of Kubernetes is passed over: the cluster has refused it already. */
export function objectsOf(yaml: string): readonly AnyObject[] {
  const documents = parseAllDocuments(yaml);
  return (Array.isArray(documents) ? documents : []).flatMap((document) => {
    const value = document.errors.length === 0 ? (document.toJS() as AnyObject | null) : null;
    return typeof value?.kind !== 'string' || typeof value.metadata?.name !== 'string' ? [] : [value];
  });
}
