// envoy.filters.http.fault: delays and aborts of the matched route; first the delay, then the abort, drawn separately.

import type { Timer } from '../../clock/clock.ts';
import type { HttpFault } from '../../envoy/route.ts';
import { ConfigError } from '../config-error.ts';
import { addFlag } from '../stream/stream-info.ts';
import type { HttpStream } from '../stream/stream.ts';
import { fraction, happens, milliseconds } from '../values.ts';
import type { HttpFilter } from './filter.ts';

export interface CompiledFault {
  readonly delay: { readonly ms: number; readonly share: number } | undefined;
  readonly abort:
    | { readonly status: number; readonly grpcStatus: number | undefined; readonly share: number }
    | undefined;
}

/** @throws ConfigError */
export function compileFault({ delay, abort }: HttpFault, field: string): CompiledFault {
  const status = abort?.http_status;
  if (abort !== undefined && status === undefined && abort.grpc_status === undefined) {
    throw new ConfigError(`${field}.abort`, 'has neither http_status nor grpc_status');
  }
  if (status !== undefined && !(status >= 200 && status < 600)) {
    throw new ConfigError(`${field}.abort.http_status`, `${status} is not in 200..599`);
  }
  return {
    delay: delay && {
      ms: milliseconds(delay.fixed_delay, `${field}.delay.fixed_delay`),
      share: fraction(delay.percentage),
    },
    abort: abort && {
      status: status ?? 200,
      grpcStatus: abort.grpc_status,
      share: fraction(abort.percentage),
    },
  };
}

export function faultFilter(): HttpFilter {
  const delays = new WeakMap<HttpStream, Timer>();
  return {
    request: (stream) => {
      const fault = stream.found?.route.filters.get('envoy.filters.http.fault') as CompiledFault | undefined;
      if (fault === undefined) return 'continue';
      const { delay } = fault;
      if (delay === undefined || !happens(delay.share, stream.manager.random))
        return abortRequest(stream, fault);
      addFlag(stream.info, 'DI');
      const timer = stream.manager.clock.after(delay.ms, () => {
        if (abortRequest(stream, fault) === 'continue') stream.proceed();
      });
      delays.set(stream, timer);
      return 'stop';
    },
    done: (stream) => delays.get(stream)?.clear(),
  };
}

function abortRequest(stream: HttpStream, { abort: config }: CompiledFault): 'continue' | 'stop' {
  if (config === undefined || !happens(config.share, stream.manager.random)) return 'continue';
  addFlag(stream.info, 'FI');
  stream.reply(config.status, 'fault filter abort', 'fault_filter_abort', { grpcStatus: config.grpcStatus });
  return 'stop';
}
