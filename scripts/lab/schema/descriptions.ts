// What an editor shows beside the keys of a check.

/** By path. */
export const descriptionsByPath: Readonly<Record<string, string>> = {
  http: 'One request, and what its answer must be.',
  traffic: 'Many requests, and how their answers are divided; as many as it takes to be sure.',
  route: 'What the calling proxy was really given, read from its own configuration.',
  resource: 'A partial match on objects of the cluster: one by name, or several by their labels.',
  metric: 'How much a counter of a workload’s proxies grows while requests are sent.',
  command: 'A command line, its exit code and its output. The way out when nothing else fits.',
  within: 'Until when it must have become true. Default 30s.',
  holds: 'For how long it must then stay true.',
  never: 'For how long it must not become true. Stands without within and holds.',
  invariant: 'True for what holds before the step as well; otherwise verify wants it red first.',
  'http.status': 'The status of the answer; 0 for no answer at all. Default 200.',
  'http.answers': 'Headers of the answer, with their values.',
  'http.json': 'A partial match on the body as JSON.',
  'traffic.success': 'At least this share of the answers is 2xx or 3xx, as 99%.',
  'traffic.split': 'The shares of the answers by what by takes from each; they add up to 100%.',
  'traffic.latency': 'At least a share of the requests takes less than a time.',
  'traffic.latency.below': 'The time, as 500ms.',
  'traffic.latency.share': 'The share. Default 95%.',
  'traffic.by': 'What names the version of an answer: status, a header, a part of the body, or texts in it.',
  'traffic.by.header': 'The header whose value is the name.',
  'traffic.by.body': 'A regular expression; its first group, or all that matches, is the name.',
  'traffic.by.contains': 'Names, each with a text that its answers contain.',
  'traffic.delta': 'How far off a share may be and count as wrong. Default 10% for split, else 4%.',
  'traffic.parallel': 'Requests at the same time. Default 10.',
  'route.from': 'The workload whose proxies are asked: deployment/NAME.',
  'route.host': 'The host of the request, in full: NAME.NAMESPACE.svc.cluster.local.',
  'route.config': 'The name of the route configuration; of a service it is the port. Default 80.',
  'route.path': 'The path of the request. Default /.',
  'route.headers': 'Headers of the request that a rule looks at.',
  'route.weights':
    'Subsets (or hosts) and the weight that each has, as shares: 1 and 1 are 50 and 50; one of 0 is not there.',
  'route.retries': 'The retries that the route has.',
  'route.retries.attempts': 'How many after the first try.',
  'route.retries.on': 'Conditions as Envoy writes them: 5xx, reset …',
  'route.retries.perTry': 'The time for each try.',
  'route.timeout': 'The time for the whole request.',
  'resource.kind': 'The kind of the object, as Deployment.',
  'resource.apiVersion': 'Needed for kinds that the labs do not know, as batch/v1.',
  'resource.name': 'The name of one object.',
  'resource.labels': 'Labels that the objects have.',
  'resource.match': 'What each of them must have; what is not written may be anything.',
  'resource.count': 'How many there must be; for none write absent.',
  'resource.absent': 'True when there must be none.',
  'metric.of': 'The workload whose proxies count: deployment/NAME.',
  'metric.name': 'The counter, as istio_requests_total.',
  'metric.labels': 'Labels of the counter, with their values.',
  'metric.during': 'The requests that are sent meanwhile.',
  'metric.during.requests': 'How many. Default 20.',
  'metric.atLeast': 'It grows by at least so much.',
  'metric.atMost': 'It grows by at most so much.',
  'command.run': 'The command line, for bash, in the root of the project.',
  'command.exit': 'The exit code. Default 0.',
  'command.contains': 'A text in its output.',
  'command.lacks': 'A text that is not in its output.',
  'command.equals': 'The whole output, blanks around it aside.',
};

/** By the last key of a path, for keys that mean the same everywhere. */
export const descriptionsByKey: Readonly<Record<string, string>> = {
  get: 'The address of a GET. Ports 30000 to 30005 of localhost follow LAB_PORT_BASE.',
  post: 'The address of a POST.',
  put: 'The address of a PUT.',
  patch: 'The address of a PATCH.',
  delete: 'The address of a DELETE.',
  head: 'The address of a HEAD.',
  options: 'The address of an OPTIONS.',
  headers: 'Headers of the request.',
  body: 'The body of the request.',
  contains: 'A text in the body of the answer.',
  lacks: 'A text that is not in the body of the answer.',
  namespace: 'Its namespace.',
};

/** Empty for a path that has none. */
export function describeCheck(path: string): string {
  const key = path.slice(path.lastIndexOf('.') + 1);
  return descriptionsByPath[path] ?? descriptionsByKey[key] ?? '';
}
