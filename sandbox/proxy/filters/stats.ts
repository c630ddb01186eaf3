// istio.stats: Istio's standard metrics, one record per request.

import type { HttpFilter as FilterConfig } from '../../envoy/config.ts';
import type { FilterContext } from './registry.ts';
import type { HttpFilter } from './filter.ts';

type StatsConfig = Extract<FilterConfig, { name: 'istio.stats' }>['typed_config'];

export function statsFilter(_: StatsConfig, { telemetry }: FilterContext): HttpFilter {
  return {
    done: (stream) => telemetry.request(stream.telemetry(), stream.manager.clock.now()),
  };
}
