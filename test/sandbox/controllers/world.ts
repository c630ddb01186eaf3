import type { AdmissionPlugin } from '../../../sandbox/api/extension.ts';
import { Registry } from '../../../sandbox/api/registry/registry.ts';
import { createStore } from '../../../sandbox/api/store/store.ts';
import { seededRandom, timestamp } from '../../../sandbox/clock/clock.ts';
import type { Controller } from '../../../sandbox/controllers/context.ts';
import { createRecorder } from '../../../sandbox/controllers/events.ts';
import { createTurns } from '../../../sandbox/controllers/turns.ts';
import {
  type Deployment,
  type Event,
  type Pod,
  customResourceDefinitions,
  deployments,
  events,
  namespaces,
  pods,
} from '../../../sandbox/kube/resources.ts';
import { builtinTypes } from '../../../sandbox/schema/builtin.ts';
import { crdType } from '../../../sandbox/schema/crd.ts';
import { applySchemaDefaults } from '../../../sandbox/schema/structural.ts';
import { validateSchema } from '../../../sandbox/schema/validate.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

const types = builtinTypes();

/** A cluster in memory with the given controllers, and a hand that plays the kubelet. */
export class World {
  readonly clock = new ManualClock();
  readonly log: string[] = [];
  /** Admission plug-ins, asked in this order. */
  readonly plugins: AdmissionPlugin[] = [];
  readonly cluster = new Registry({
    store: createStore({ log: (line) => void this.log.push(line) }),
    types,
    plugins: this.plugins,
    schemas: { crdType, validateSchema, applySchemaDefaults },
    clock: this.clock,
    random: seededRandom(3),
  });
  readonly #turns = createTurns();
  readonly #stops: (() => void)[] = [];
  readonly #recordEvent = createRecorder({
    cluster: this.cluster,
    clock: this.clock,
    random: seededRandom(7),
    log: (line) => void this.log.push(line),
  });

  constructor(...controllers: Controller[]) {
    for (const name of ['default', 'kube-node-lease', 'shop']) this.addNamespace(name);
    for (const start of controllers) {
      const stop = start({
        cluster: this.cluster,
        clock: this.clock,
        random: seededRandom(1),
        turns: this.#turns,
        log: (line) => void this.log.push(line),
        recordEvent: this.#recordEvent,
      });
      this.#stops.push(stop);
    }
  }

  addNamespace(name: string, labels: Record<string, string> = {}): void {
    this.cluster.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  }

  /** Serves a namespaced kind of the group example.com. */
  serve(kind: string): void {
    const plural = `${kind.toLowerCase()}s`;
    this.cluster.create(customResourceDefinitions, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.example.com` },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
        versions: [
          { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
        ],
      },
    });
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#turns.close();
    if (this.clock.pending > 0) throw new Error(`${this.clock.pending} timers are left`);
  }

  settle = settled;

  pods(namespace = 'shop'): Pod[] {
    return [...this.cluster.list(pods, namespace)];
  }

  /** Pods that are running and ready become so; those on their way out go. Returns how many there are. */
  async runPods(): Promise<number> {
    for (const pod of this.pods()) if (pod.metadata.deletionTimestamp === undefined) this.setReady(pod, true);
    this.removeStopped();
    await settled();
    return this.pods().length;
  }

  /** Plays the kubelet that has stopped its containers. */
  removeStopped(): void {
    for (const { metadata } of this.pods()) {
      if (metadata.deletionTimestamp !== undefined)
        this.cluster.delete(pods, 'shop', metadata.name, { gracePeriodSeconds: 0 });
    }
  }

  setReady(pod: Pod, ready: boolean, ip = `10.244.0.${this.pods().indexOf(pod) + 10}`): Pod {
    const known = pod.status?.conditions?.find(({ type }) => type === 'Ready');
    if (known?.status === (ready ? 'True' : 'False')) return pod;
    const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'Ready');
    const condition = {
      type: 'Ready',
      status: ready ? 'True' : 'False',
      lastTransitionTime: timestamp(this.clock),
    };
    return this.cluster.updateStatus(pods, {
      ...pod,
      status: { ...pod.status, phase: 'Running', podIP: ip, conditions: [...others, condition] },
    });
  }

  deployment(name = 'catalog'): Deployment {
    const found = this.cluster.get(deployments, 'shop', name);
    if (found === undefined) throw new Error(`no deployment ${name}`);
    return found;
  }

  messages(reason: string): string[] {
    return this.cluster
      .list<Event>(events)
      .flatMap((event) => (event.reason === reason ? [event.message ?? ''] : []));
  }
}
