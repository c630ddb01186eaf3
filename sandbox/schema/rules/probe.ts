// Rules of probes and lifecycle hooks (pkg/apis/core/validation, validateProbe and validateHandler).

import type {
  Container,
  ExecAction,
  HTTPGetAction,
  Lifecycle,
  Probe,
  TCPSocketAction,
} from 'kubernetes-types/core/v1.js';
import { invalid, required } from '../cause.ts';
import { type Causes, notNegative, oneOf, portNumber } from './check.ts';
import { portName } from './names.ts';

export function probeRules(field: string, container: Container): Causes {
  const { livenessProbe, readinessProbe, startupProbe } = container;
  return [
    ...oneProbe(`${field}.livenessProbe`, livenessProbe),
    ...once(`${field}.livenessProbe`, livenessProbe),
    ...oneProbe(`${field}.readinessProbe`, readinessProbe),
    ...(readinessProbe?.terminationGracePeriodSeconds === undefined
      ? []
      : [
          invalid(
            `${field}.readinessProbe.terminationGracePeriodSeconds`,
            readinessProbe.terminationGracePeriodSeconds,
            'must not be set for readinessProbes',
          ),
        ]),
    ...oneProbe(`${field}.startupProbe`, startupProbe),
    ...once(`${field}.startupProbe`, startupProbe),
  ];
}

export function lifecycleRules(field: string, lifecycle: Lifecycle | undefined): Causes {
  const hooks = ['postStart', 'preStop'] as const;
  return hooks.flatMap((hook) => {
    const handler = lifecycle?.[hook];
    return handler === undefined
      ? []
      : handlerRules(`${field}.${hook}`, handler, ['exec', 'httpGet', 'tcpSocket', 'sleep']);
  });
}

/** Only readiness may come and go: the others succeed once. */
const once = (field: string, probe: Probe | undefined): Causes =>
  probe?.successThreshold === undefined || probe.successThreshold === 1
    ? []
    : [invalid(`${field}.successThreshold`, probe.successThreshold, 'must be 1')];

function oneProbe(field: string, probe: Probe | undefined): Causes {
  if (probe === undefined) return [];
  const numbers = [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const;
  const { terminationGracePeriodSeconds: grace } = probe;
  return [
    ...handlerRules(field, probe, ['exec', 'httpGet', 'tcpSocket', 'grpc']),
    ...numbers.flatMap((name) => notNegative(`${field}.${name}`, probe[name])),
    ...(grace !== undefined && grace <= 0
      ? [invalid(`${field}.terminationGracePeriodSeconds`, grace, 'must be greater than 0')]
      : []),
  ];
}

interface Handler {
  readonly exec?: ExecAction;
  readonly httpGet?: HTTPGetAction;
  readonly tcpSocket?: TCPSocketAction;
  readonly grpc?: { readonly port: number };
}

function handlerRules(field: string, handler: Handler, members: readonly string[]): Causes {
  const { exec, httpGet, tcpSocket, grpc } = handler;
  return [
    ...oneOf(field, handler, members, 'handler type'),
    ...(exec !== undefined && (exec.command ?? []).length === 0 ? [required(`${field}.exec.command`)] : []),
    ...(httpGet === undefined ? [] : portReference(`${field}.httpGet.port`, httpGet.port)),
    ...(tcpSocket === undefined ? [] : portReference(`${field}.tcpSocket.port`, tcpSocket.port)),
    ...(grpc === undefined ? [] : portNumber(`${field}.grpc.port`, grpc.port)),
  ];
}

/** A port by number or by name. */
export function portReference(field: string, port: number | string | undefined): Causes {
  if (port === undefined) return [];
  return typeof port === 'number'
    ? portNumber(field, port)
    : portName(port).map((why) => invalid(field, port, why));
}
