// Envoy's `POST /logging`: how much each part of it writes, and a change of that. Our proxy has none of these parts, and writes
// the access log whatever is set: so a change is kept, shown, and followed by a line in the log that says so.

/** What one call answers. */
export interface LoggingAnswer {
  readonly status: number;
  readonly body: string;
}

const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'];

/** Those that matter to somebody who looks for a mistake, in Envoy's order. */
const loggers = [
  'admin',
  'assert',
  'client',
  'config',
  'conn_handler',
  'connection',
  'dns',
  'filter',
  'grpc',
  'hc',
  'http',
  'http2',
  'init',
  'jwt',
  'main',
  'misc',
  'pool',
  'rbac',
  'router',
  'runtime',
  'secret',
  'stats',
  'tracing',
  'upstream',
  'wasm',
];

export class LogLevels {
  readonly #log: (line: string) => void;
  /** As Istio starts Envoy: `--log_level warning --component-log-level misc:error`. */
  readonly #levels = new Map(loggers.map((name) => [name, name === 'misc' ? 'error' : 'warning']));

  /** @param log the proxy's own */
  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  answer(method: string, query: URLSearchParams): LoggingAnswer {
    if (method !== 'POST') return { status: 405, body: `Method Not Allowed\n` };
    try {
      const changes = changesIn(query);
      for (const [name] of changes) {
        if (!this.#levels.has(name)) throw new UsageError(`unknown logger name: ${name}`);
      }
      for (const [name, level] of changes) this.#levels.set(name, level);
      const lower = changes.find(([, level]) => levels.indexOf(level) < levels.indexOf('warning'));
      if (lower !== undefined) {
        this.#log(
          `warning\tthe proxy of the sandbox writes its access log, and nothing more at level ${lower[1]}`,
        );
      }
      return { status: 200, body: this.#active() };
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return { status: 400, body: `error: ${error.message}\n\n${usage}${this.#active()}` };
    }
  }

  #active(): string {
    const lines = [...this.#levels].map(([name, level]) => `  ${name}: ${level}\n`);
    return `active loggers:\n${lines.join('')}\n`;
  }
}

class UsageError extends Error {}

/** `level=debug`, `http=debug`, `paths=http:debug,rbac:info`. */
function changesIn(query: URLSearchParams): readonly (readonly [name: string, level: string])[] {
  const [first, ...rest] = query;
  if (first === undefined) return [];
  if (rest.length > 0) throw new UsageError('invalid number of parameters');
  const [key, value] = first;
  if (key === 'level') return loggers.map((name) => [name, levelOf(value)]);
  if (key !== 'paths') return [[key, levelOf(value)]];
  return value.split(',').map((pair) => {
    const [name = '', level = ''] = pair.split(':');
    return [name, levelOf(level)];
  });
}

function levelOf(text: string): string {
  if (!levels.includes(text)) throw new UsageError('unknown logger level');
  return text;
}

const usage = `usage: /logging?<name>=<level> (change single level)
usage: /logging?paths=name1:level1,name2:level2,... (change multiple levels)
usage: /logging?level=<level> (change all levels)
levels: ${levels.join(' ')}
`;
