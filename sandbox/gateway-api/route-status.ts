import type { Clock } from '../clock/clock.ts';
import type { TranslatedRoute } from '../mesh/gateway-api/translate.ts';
import {
  controllerName,
  gatewayGroup,
  type ParentReference,
  type Problem,
  type RouteParentStatus,
} from '../mesh/gateway-api/resources.ts';
import { conditions } from './conditions.ts';

/** One entry per reference, whatever number of listeners it found; entries of other controllers are kept. */
export function routeParents({ route, parents }: TranslatedRoute, clock: Clock): RouteParentStatus[] {
  const before = route.status?.parents ?? [];
  const references = new Set(parents.map(({ reference }) => reference));
  const own = [...references].map((reference): RouteParentStatus => {
    const tried = parents.filter((parent) => parent.reference === reference);
    const old = before.find(
      (entry) => entry.controllerName === controllerName && keyOf(entry.parentRef) === keyOf(reference),
    );
    const bound = tried.filter(({ denied }) => denied === undefined).length;
    const findings = [
      {
        type: 'Accepted',
        reason: 'Accepted',
        message: bound > 1 ? `Route was valid, bound to ${bound} parents` : 'Route was valid',
        problem: bound > 0 ? undefined : denial(tried.flatMap(({ denied }) => denied ?? [])),
      },
      {
        type: 'ResolvedRefs',
        reason: 'ResolvedRefs',
        message: 'All references resolved',
        problem: tried[0]?.problem,
      },
    ];
    return {
      conditions: conditions(findings, old?.conditions, route.metadata.generation, clock),
      controllerName,
      parentRef: reference,
    };
  });
  const others = before.filter((entry) => entry.controllerName !== controllerName);
  return [...others, ...own].toSorted((a, b) => (keyOf(a.parentRef) > keyOf(b.parentRef) ? -1 : 1));
}

/** The most telling reason: what other listeners were for is said last. */
const ranking = ['NotAllowedByListeners', 'NoMatchingListenerHostname', 'NoMatchingParent'];

function denial(problems: readonly Problem[]): Problem | undefined {
  const reason = ranking.find((each) => problems.some((problem) => problem.reason === each));
  if (reason === undefined) return undefined;
  const messages = problems.filter((problem) => problem.reason === reason).map(({ message }) => message);
  return { reason, message: messages.join('; ') };
}

const keyOf = ({
  group = gatewayGroup,
  kind = 'Gateway',
  name,
  sectionName = '',
  port = 0,
  namespace = '',
}: ParentReference): string => `${group}/${kind}/${name}/${sectionName}/${port}.${namespace}`;
