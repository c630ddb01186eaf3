// Facts §1.3 to §1.5, §2 and §3.10 once more, as simply as they can be said: which rule a request is for, with no regard
// to Envoy's configuration. Shares no code with the mesh.

export interface Match {
  readonly uri?: { readonly exact?: string; readonly prefix?: string };
  readonly headers?: Readonly<Record<string, { readonly exact: string }>>;
  readonly sourceLabels?: Readonly<Record<string, string>>;
  readonly gateways?: readonly string[];
  readonly port?: number;
}

export interface Rule {
  readonly name: string;
  readonly match: readonly Match[];
  readonly to?: { readonly host: string; readonly subset?: string };
  readonly delegate?: { readonly name: string; readonly namespace: string };
}

export interface Written {
  readonly name: string;
  readonly namespace: string;
  readonly created: number;
  readonly hosts: readonly string[];
  readonly gateways: readonly string[];
  readonly exportTo: readonly string[];
  readonly rules: readonly Rule[];
}

export interface Subsets {
  readonly namespace: string;
  readonly host: string;
  readonly subsets: readonly string[];
}

export interface Gateway {
  readonly name: string;
  readonly namespace: string;
  readonly hosts: readonly string[];
}

export interface World {
  /** `name.namespace`. */
  readonly services: readonly string[];
  readonly virtualServices: readonly Written[];
  readonly destinationRules: readonly Subsets[];
  readonly gateways: readonly Gateway[];
}

export interface Caller {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly isGateway: boolean;
}

export interface Asked {
  readonly host: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** `rule > cluster`, `default > cluster`, `no such cluster`, `no route` or `passes through`. */
export function expectedRoute(world: World, caller: Caller, asked: Asked): string {
  const host = asked.host.toLowerCase().replace(/:\d+$/u, '');
  return caller.isGateway ? atGateway(world, caller, asked, host) : atSidecar(world, caller, asked, host);
}

/** What is left of a rule for one caller: conditions on requests, and whether it takes all of them. */
interface Entry {
  readonly rule: Rule;
  readonly namespace: string;
  readonly name: string;
  readonly conditions: readonly Match[];
}

function atSidecar(world: World, caller: Caller, asked: Asked, host: string): string {
  const visible = world.virtualServices.filter(
    ({ gateways, hosts }) => hosts.length > 0 && (gateways.length === 0 || gateways.includes('mesh')),
  );
  const inOrder = ordered(visible, caller.namespace);
  const rulesOf = (one: Written): Entry[] => entries(world, one, caller, 'mesh');
  const withHost = (wanted: string): Written[] =>
    inOrder.filter((one) => one.hosts.some((each) => complete(each, one.namespace) === wanted));

  const service = world.services.find((name) => isCalled(name, host, caller.namespace));
  if (service !== undefined) {
    const full = `${service}.svc.cluster.local`;
    const exact = withHost(full);
    const wildcards = inOrder.flatMap(({ hosts }) =>
      hosts.filter((each) => covers(each, full) && each !== full),
    );
    const [longest] = wildcards.toSorted((a, b) => b.length - a.length);
    const owner =
      exact.length > 0
        ? exact.find((one) => rulesOf(one).length > 0)
        : withHost(longest ?? '')
            .slice(0, 1)
            .find((one) => rulesOf(one).length > 0);
    if (owner === undefined) return `default > ${cluster(world, caller, full, undefined)}`;
    return first(world, caller, rulesOf(owner), asked);
  }
  const plain = new Set(inOrder.flatMap((one) => one.hosts.map((each) => complete(each, one.namespace))));
  const hosts = [...plain].filter(
    (each) =>
      covers(each, host) &&
      withHost(each).some((one) => rulesOf(one).length > 0) &&
      !world.services.some((name) => covers(each, `${name}.svc.cluster.local`)),
  );
  const [closest] = hosts.toSorted(closestFirst);
  const owner = withHost(closest ?? '').find((one) => rulesOf(one).length > 0);
  return owner === undefined ? 'passes through' : first(world, caller, rulesOf(owner), asked);
}

function atGateway(world: World, caller: Caller, asked: Asked, host: string): string {
  const servers = world.gateways.toSorted((a, b) => (a.name + a.namespace < b.name + b.namespace ? -1 : 1));
  const parts = servers.flatMap((gateway) => {
    const key = `${gateway.namespace}/${gateway.name}`;
    const bound = world.virtualServices.filter((one) =>
      one.gateways.some((name) => (name.includes('/') ? name : `${one.namespace}/${name}`) === key),
    );
    return ordered(bound, caller.namespace).map((one) => ({ one, key, names: served(gateway, one) }));
  });
  const names = new Set(parts.flatMap((part) => part.names).filter((name) => covers(name, host)));
  const live = [...names].filter((name) =>
    parts.some((part) => part.names.includes(name) && entries(world, part.one, caller, part.key).length > 0),
  );
  const [name] = live.toSorted(closestFirst);
  const all = parts
    .filter((part) => name !== undefined && part.names.includes(name))
    .flatMap(({ one, key }) => entries(world, one, caller, key));
  const takesAll = ({ conditions }: Entry): boolean => conditions.every(isEverything);
  return first(world, caller, [...all.filter((one) => !takesAll(one)), ...all.filter(takesAll)], asked);
}

/** The narrower of each pair of a server's hosts and the rule's. */
function served({ hosts, namespace }: Gateway, one: Written): string[] {
  const own = hosts.flatMap((entry) => {
    const [owner = '', name] = entry.split('/');
    if (name === undefined) return [entry];
    const wanted = owner === '.' ? namespace : owner;
    return wanted === '*' || wanted === one.namespace ? [name] : [];
  });
  return one.hosts
    .map((host) => complete(host, one.namespace))
    .flatMap((host) =>
      own.flatMap((server) => (covers(server, host) ? [host] : covers(host, server) ? [server] : [])),
    );
}

const closestFirst = (a: string, b: string): number =>
  Number(a.startsWith('*')) - Number(b.startsWith('*')) || b.length - a.length;

/** Visible ones: private before those exported by name before public ones, then by age, name and namespace. */
function ordered(all: readonly Written[], viewer: string): Written[] {
  const rank = ({ exportTo, namespace }: Written): number => {
    if (exportTo.length === 0 || exportTo.includes('*')) return 2;
    if (namespace === viewer && (exportTo.includes('.') || exportTo.includes(viewer))) return 0;
    return exportTo.includes(viewer) ? 1 : 3;
  };
  const age = (one: Written): string => `${one.created} ${one.name} ${one.namespace}`;
  return all
    .filter((one) => rank(one) < 3)
    .toSorted((a, b) => rank(a) - rank(b) || (age(a) < age(b) ? -1 : 1));
}

function isCalled(service: string, host: string, caller: string): boolean {
  const [name, namespace] = service.split('.');
  const names = [service, `${service}.svc`, `${service}.svc.cluster.local`];
  return names.includes(host) || (host === name && namespace === caller);
}

const complete = (host: string, namespace: string): string =>
  host.includes('.') || host === '*' ? host : `${host}.${namespace}.svc.cluster.local`;

/** Whether `wide` stands for all that `host` does. */
const covers = (wide: string, host: string): boolean =>
  wide === host || (wide.startsWith('*') && host.replace('*', '').endsWith(wide.slice(1)));

/** The rules of a VirtualService for one caller, its delegates' in place; nothing behind one that takes everything. */
function entries(world: World, one: Written, caller: Caller, gateway: string): Entry[] {
  const found: Entry[] = [];
  for (const rule of one.rules) {
    for (const entry of written(world, one, rule)) {
      const relevant = entry.conditions.filter((match) => isFor(match, caller, gateway));
      if (entry.conditions.length > 0 && relevant.length === 0) continue;
      const last = relevant.findIndex(isEverything);
      found.push(
        ...(entry.conditions.length === 0 ? [{}] : relevant.slice(0, last < 0 ? undefined : last + 1)).map(
          (condition) => ({ ...entry, conditions: [condition] }),
        ),
      );
      if (entry.conditions.length === 0 || last >= 0) return found;
    }
  }
  return found;
}

function written(world: World, root: Written, rule: Rule): Entry[] {
  const conditions = resolved(rule.match, root.namespace);
  const own = { rule, namespace: root.namespace, name: rule.name, conditions };
  if (rule.delegate === undefined) return [own];
  const { name, namespace } = rule.delegate;
  const leaf = world.virtualServices.find((one) => one.name === name && one.namespace === namespace);
  if (leaf === undefined || leaf.hosts.length > 0) return [];
  const { exportTo } = leaf;
  const isExported =
    exportTo.length === 0 ||
    exportTo.includes('*') ||
    exportTo.includes(root.namespace) ||
    (exportTo.includes('.') && namespace === root.namespace);
  if (!isExported) return [];
  return leaf.rules.flatMap((below): Entry[] => {
    const both = combined(conditions, resolved(below.match, namespace));
    if (both === undefined) return [];
    return [{ rule: below, namespace, name: `${rule.name}-${below.name}`, conditions: both }];
  });
}

const resolved = (matches: readonly Match[], namespace: string): readonly Match[] =>
  matches.map(({ gateways, ...rest }) => ({
    ...rest,
    ...(gateways && {
      gateways: gateways.map((name) =>
        name === 'mesh' || name.includes('/') ? name : `${namespace}/${name}`,
      ),
    }),
  }));

/** Each of the delegate's with each of the root's that it does not reach beyond; undefined if one has none. */
function combined(root: readonly Match[], leaf: readonly Match[]): readonly Match[] | undefined {
  if (root.length === 0 || leaf.length === 0) return [...root, ...leaf];
  const pairs = leaf.map((below) =>
    root
      .filter((above) => isWithin(above, below))
      .map((above) => ({
        ...above,
        ...below,
        headers: { ...above.headers, ...below.headers },
        sourceLabels: { ...above.sourceLabels, ...below.sourceLabels },
      })),
  );
  return pairs.some((some) => some.length === 0) ? undefined : pairs.flat();
}

function isWithin(above: Match, below: Match): boolean {
  const agrees = <T>(a: T | undefined, b: T | undefined): boolean =>
    a === undefined || b === undefined || JSON.stringify(a) === JSON.stringify(b);
  return (
    isPathWithin(above.uri, below.uri) &&
    agrees(above.port, below.port) &&
    Object.entries(below.headers ?? {}).every(([name, value]) => agrees(above.headers?.[name], value)) &&
    Object.entries(below.sourceLabels ?? {}).every(([name, value]) =>
      agrees(above.sourceLabels?.[name], value),
    ) &&
    (above.gateways === undefined || (below.gateways ?? []).every((name) => above.gateways?.includes(name)))
  );
}

function isPathWithin(above: Match['uri'], below: Match['uri']): boolean {
  if (above === undefined || below === undefined) return true;
  if (above.exact !== undefined) return below.exact === above.exact;
  return (below.exact ?? below.prefix ?? '').startsWith(above.prefix ?? '');
}

function isFor(match: Match, caller: Caller, gateway: string): boolean {
  if (match.port !== undefined && match.port !== 80) return false;
  if (match.gateways !== undefined) return match.gateways.includes(gateway);
  return Object.entries(match.sourceLabels ?? {}).every(([name, value]) => caller.labels[name] === value);
}

const isEverything = ({ uri, headers = {} }: Match): boolean =>
  (uri === undefined || uri.prefix === '/') && Object.keys(headers).length === 0;

function first(world: World, caller: Caller, all: readonly Entry[], { path, headers }: Asked): string {
  const [plain = ''] = path.split('?');
  const found = all.find(({ conditions }) =>
    conditions.some(
      ({ uri = { prefix: '' }, headers: wanted = {} }) =>
        (uri.exact === undefined ? plain.startsWith(uri.prefix ?? '') : plain === uri.exact) &&
        Object.entries(wanted).every(([name, { exact }]) => headers[name] === exact),
    ),
  );
  if (found === undefined) return 'no route';
  const { host = '', subset } = found.rule.to ?? {};
  return `${found.name} > ${cluster(world, caller, complete(host, found.namespace), subset)}`;
}

function cluster(world: World, caller: Caller, host: string, subset: string | undefined): string {
  const service = world.services.find((name) => `${name}.svc.cluster.local` === host);
  if (service === undefined) return 'no such cluster';
  const [, namespace] = service.split('.');
  const rules = (owner: string | undefined): Subsets[] =>
    world.destinationRules.filter(
      (rule) => rule.namespace === owner && complete(rule.host, rule.namespace) === host,
    );
  // The first namespace that has any counts alone; the root namespace is the last, for its own clients too.
  const order = [
    caller.namespace === 'istio-system' ? namespace : caller.namespace,
    namespace,
    'istio-system',
  ];
  const own = order.map(rules).find((some) => some.length > 0) ?? [];
  const known = own.flatMap(({ subsets }) => subsets);
  return subset === undefined || known.includes(subset) ? `${host} ${subset ?? ''}` : 'no such cluster';
}
