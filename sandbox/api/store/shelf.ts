import type { AnyObject } from '../../kube/object.ts';

/** The objects of one resource. Order is made when it is asked for and kept until a name comes or goes. */
export class Shelf {
  readonly #namespaces = new Map<string, Bucket>();
  #order: readonly string[] | undefined;
  size = 0;

  get(namespace: string, name: string): AnyObject | undefined {
    return this.#namespaces.get(namespace)?.objects.get(name);
  }

  set(namespace: string, name: string, object: AnyObject): void {
    let bucket = this.#namespaces.get(namespace);
    if (bucket === undefined) {
      bucket = { objects: new Map(), order: undefined, listed: undefined };
      this.#namespaces.set(namespace, bucket);
      this.#order = undefined;
    }
    if (!bucket.objects.has(name)) {
      bucket.order = undefined;
      this.size += 1;
    }
    bucket.listed = undefined;
    bucket.objects.set(name, object);
  }

  delete(namespace: string, name: string): void {
    const bucket = this.#namespaces.get(namespace);
    if (bucket?.objects.delete(name) !== true) return;
    this.size -= 1;
    bucket.order = undefined;
    bucket.listed = undefined;
    if (bucket.objects.size > 0) return;
    this.#namespaces.delete(namespace);
    this.#order = undefined;
  }

  list(namespace?: string): readonly AnyObject[] {
    if (namespace !== undefined) return this.#listOne(namespace);
    this.#order ??= [...this.#namespaces.keys()].toSorted(byCodeUnit);
    const [only = '', ...others] = this.#order;
    return others.length === 0 ? this.#listOne(only) : this.#order.flatMap((each) => this.#listOne(each));
  }

  #listOne(namespace: string): readonly AnyObject[] {
    const bucket = this.#namespaces.get(namespace);
    if (bucket === undefined) return [];
    if (bucket.listed !== undefined) return bucket.listed;
    bucket.order ??= [...bucket.objects.keys()].toSorted(byCodeUnit);
    const listed: AnyObject[] = [];
    for (const name of bucket.order) {
      const object = bucket.objects.get(name);
      if (object !== undefined) listed.push(object);
    }
    bucket.listed = listed;
    return listed;
  }
}

interface Bucket {
  readonly objects: Map<string, AnyObject>;
  order: readonly string[] | undefined;
  /** What `list` gave out last; never changed afterwards. */
  listed: readonly AnyObject[] | undefined;
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
