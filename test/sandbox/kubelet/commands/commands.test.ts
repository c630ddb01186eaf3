import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ManualClock, settled } from '../../../support/manual-clock.ts';
import { openBox, type Printed } from './run.ts';

const run = (argv: readonly string[], image?: string): Promise<Printed> =>
  openBox(new ManualClock()).run(argv, image === undefined ? {} : { image });

it.each([
  [['echo', 'a', 'b  c'], 'a b  c\n'],
  [['echo', '-n', 'a'], 'a'],
  [['echo', '-e', String.raw`a\tb`], 'a\tb\n'],
  [['hostname'], 'box\n'],
  [['hostname', '-i'], '10.10.0.2\n'],
  [['printenv', 'HOSTNAME'], 'box\n'],
  [['env'], 'HOSTNAME=box\nGREETING=hello  there\n'],
  [['cat', '/etc/hostname'], 'box\n'],
  [['cat', '/run/secrets/kubernetes.io/serviceaccount/namespace'], 'shop'],
  [['cat', '/etc/../etc//hostname'], 'box\n'],
  [['ls', '/'], 'empty\netc\nvar\n'],
  [['ls', '/etc'], 'hostname\n'],
  [['ls', '/etc/hostname'], '/etc/hostname\n'],
  [['ls', '/empty'], ''],
  [['date', '+%s'], '1743501600\n'],
  [['date'], 'Tue Apr  1 10:00:00 UTC 2025\n'],
  [['id'], 'uid=0(root) gid=0(root) groups=0(root)\n'],
  [['whoami'], 'root\n'],
  [['seq', '3'], '1\n2\n3\n'],
  [['seq', '4', '-2', '1'], '4\n2\n'],
  [['true'], ''],
  [['/bin/echo', 'path'], 'path\n'],
  [['/usr/local/bin/hostname'], 'box\n'],
])('%j prints %j', async (argv, stdout) => {
  expect(await run(argv)).toEqual({ code: 0, stdout, stderr: '' });
});

it.each([
  [['false'], 1, ''],
  [['printenv', 'NOPE'], 1, ''],
  [['cat', '/nope'], 1, 'cat: /nope: No such file or directory\n'],
  [['cat', '/etc'], 1, 'cat: /etc: Is a directory\n'],
  [['ls', '/nope'], 2, "ls: cannot access '/nope': No such file or directory\n"],
  [['ls', '-l'], 2, 'ls: the sandbox has the options -1 and -a, not -l\n'],
  [['sleep', 'soon'], 1, "sleep: invalid time interval 'soon'\n"],
  [['getent', 'hosts', 'nobody'], 2, ''],
  [['getent', 'passwd'], 1, "getent: the sandbox has the databases hosts and ahosts, not 'passwd'\n"],
  [['pilot-discovery', 'request', 'GET', 'x'], 127, /exec: "pilot-discovery": executable file not found/],
  [['pilot-agent', 'request', 'GET', 'stats'], 127, /exec: "pilot-agent": executable file not found/],
  [
    ['foo'],
    127,
    'OCI runtime exec failed: exec failed: unable to start container process: exec: "foo": executable file not found in $PATH: unknown\n',
  ],
  [['/bin/foo'], 127, /exec: "\/bin\/foo": stat \/bin\/foo: no such file or directory: unknown\n$/],
])('%j fails with %i', async (argv, code, stderr) => {
  const printed = await run(argv);
  expect(printed.code).toBe(code);
  expect(printed.stderr).toMatch(stderr);
});

it('cat reads standard input', async () => {
  const stdin = Readable.from([Buffer.from('from '), Buffer.from('outside')]);
  expect((await openBox().run(['cat'], { stdin })).stdout).toBe('from outside');
});

it('sleep takes as long as it says and ends when the client leaves', async () => {
  const clock = new ManualClock();
  const box = openBox(clock);
  const leave = new AbortController();
  const [short, long] = [box.run(['sleep', '0.5', '1']), box.run(['sleep', '1h'], { signal: leave.signal })];
  await clock.advance(1_500);
  expect((await short).code).toBe(0);
  leave.abort();
  expect((await long).code).toBe(137);
  expect(clock.pending).toBe(0);
});

it.each(['infinity', 'inf', '100d'])('sleep %s does not end by itself within a month', async (time) => {
  const clock = new ManualClock();
  const leave = new AbortController();
  let ended = false;
  const running = openBox(clock)
    .run(['sleep', time], { signal: leave.signal })
    .then((printed) => {
      ended = true;
      return printed;
    });
  await clock.advance(31 * 86_400_000);
  expect(ended).toBe(false);
  leave.abort();
  expect((await running).code).toBe(137);
});

describe('names', () => {
  const withCatalog = async (argv: readonly string[]): Promise<Printed> => {
    const box = openBox();
    const catalog = { namespace: 'shop', name: 'catalog', clusterIps: ['10.200.1.9'], ports: [] };
    box.network.services.setService(catalog);
    return box.run(argv);
  };

  it.each([
    [['getent', 'hosts', 'catalog'], '10.200.1.9      catalog\n'],
    [['dig', '+short', 'catalog.shop.svc.cluster.local'], '10.200.1.9\n'],
    [['dig', '+short', 'catalog'], ''],
    [['dig', '+short', '+search', 'catalog'], '10.200.1.9\n'],
    [
      ['nslookup', 'catalog'],
      'Server:\t\t10.200.1.10\nAddress:\t10.200.1.10#53\n\nName:\tcatalog\nAddress: 10.200.1.9\n\n',
    ],
  ])('%j prints %j', async (argv, stdout) => {
    expect(await withCatalog(argv)).toMatchObject({ code: 0, stdout });
  });

  it('nslookup fails for a name nobody has', async () => {
    expect(await withCatalog(['nslookup', 'x.invalid'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("** server can't find x.invalid: NXDOMAIN"),
    });
  });
});

describe('HTTP', () => {
  const served = async (argv: readonly string[], port: number, status = 200): Promise<Printed> => {
    const box = openBox();
    const http = createServer((request, response) => {
      response.statusCode = status;
      response.end(`${request.method} ${request.url} ${request.headers['user-agent']}\n`);
    });
    box.pod.listen(port, (socket) => http.emit('connection', socket));
    return box.run(argv, { image: 'docker.io/istio/proxyv2:1.25.1' });
  };

  it.each([
    [['wget', '-qO-', 'localhost/x'], 80, 'GET /x Wget\n'],
    [['wget', '-q', '-O', '-', 'http://localhost/x'], 80, 'GET /x Wget\n'],
    [['pilot-agent', 'request', 'GET', 'clusters'], 15_000, 'GET /clusters pilot-agent\n'],
    [['pilot-agent', 'request', 'post', '/quit'], 15_000, 'POST /quit pilot-agent\n'],
  ])('%j on port %i prints %j', async (argv, port, stdout) => {
    expect(await served(argv, port)).toEqual({ code: 0, stdout, stderr: '' });
  });

  it('wget fails with 8 for an error answer, with 4 for a refused connection, with 3 for a file', async () => {
    expect((await served(['wget', '-qO-', 'localhost'], 80, 500)).code).toBe(8);
    expect((await served(['wget', '-qO-', 'localhost:81'], 80)).code).toBe(4);
    expect((await served(['wget', 'localhost'], 80)).code).toBe(3);
  });
});

describe('sh -c does what the real sh does', () => {
  it.each([
    'echo a; echo b',
    'echo a && echo b || echo c',
    'false && echo b || echo c',
    'false; echo $?',
    'true; echo $?',
    'echo "$GREETING" $GREETING ${GREETING}x',
    `echo 'single $HOME' "double \\"quoted\\" \\$5" plain\\ space`,
    'echo a"b"\'c\'d',
    'echo "" x ""',
    'for i in 1 2 3; do echo $i; done',
    'for i in $(seq 3); do echo "n=$i"; done; echo end $i',
    'for i in $(seq 2 4); do false; echo $?; done',
    'for i in a b; do for j in 1 2; do echo $i$j; done; done',
    'for i in 1 2\ndo\n  echo $i # a remark\ndone',
    'echo hidden > /dev/null; echo shown',
    'echo hidden >/dev/null 2>&1 && echo shown',
    'cat /nope 2>/dev/null || echo gone',
    'echo one\necho two',
    'for i in; do echo never; done; echo empty',
    'while false; do echo never; done; echo $?',
    'while true && false\ndo echo never; done; echo after',
    'nosuchcommand 2>/dev/null; echo $?',
    'false',
    'echo a; exit 3; echo never',
    'false; exit',
    'for i in 1 2; do for j in 1 2; do echo $i$j; exit 4; done; done || echo never',
    'exit 300',
    'exit x 2>/dev/null; echo never',
    '',
  ])('%s', async (script) => {
    const ours = await run(['sh', '-c', script]);
    let code = 0;
    let stdout = '';
    try {
      const env = { PATH: process.env['PATH'] ?? '', GREETING: 'hello  there' };
      stdout = execFileSync('/bin/sh', ['-c', script], { env, encoding: 'utf8' });
    } catch (error) {
      ({ status: code, stdout } = error as { status: number; stdout: string });
    }
    expect({ code: ours.code, stdout: ours.stdout }).toEqual({ code, stdout });
  });
});

it('sh -c loops until the client leaves, and lets others have their turn', async () => {
  const clock = new ManualClock();
  const leave = new AbortController();
  const script = 'while true; do echo again; sleep 1; done; echo never';
  const running = openBox(clock).run(['sh', '-c', script], { signal: leave.signal });
  await clock.advance(2_500);
  leave.abort();
  expect(await running).toMatchObject({ code: 137, stdout: 'again\nagain\nagain\n' });
  const busy = new AbortController();
  const spinning = openBox().run(['sh', '-c', 'while :; do true; done'], { signal: busy.signal });
  await settled();
  busy.abort();
  expect((await spinning).code).toBe(137);
});

it('sh -c counts {1..3} as bash does', async () => {
  expect((await run(['bash', '-c', 'for i in {1..3}; do echo $i; done'])).stdout).toBe('1\n2\n3\n');
});

it.each([
  ['curl x | grep y', '\\|'],
  ['sleep 1 &', '&'],
  ['echo $(hostname)', '\\$\\('],
  ['echo `hostname`', '`'],
  ['echo "$(hostname)"', '\\$\\('],
  ['echo $((1+1))', '\\$\\('],
  ['echo x > /tmp/x', 'output to a file'],
  ['echo x >> /dev/null', '>>'],
  ['cat < /etc/hosts', '<'],
  ['if true; then echo x; fi', 'if'],
  ['while true; do echo x', 'a loop without its done'],
  ['until true; do echo x; done', 'until'],
  ['break', 'break'],
  ['A=1', 'A=1'],
  ['(echo x)', '\\('],
  ['echo "open', '"'],
  ["echo 'open", "'"],
  ['for i in 1; do echo', 'a loop without its done'],
  ['echo x &&', 'a && at the end'],
  ['&& echo x', '&&'],
])('sh -c %j is refused before anything runs', async (script, what) => {
  const { code, stdout, stderr } = await run(['sh', '-c', script]);
  expect({ code, stdout }).toEqual({ code: 126, stdout: '' });
  expect(stderr).toMatch(
    new RegExp(`^The sandbox's sh has .*, but not .*${what.replace(/^([`"'&|<>])/, '\\$1')}.*\n$`),
  );
});

it.each([[['sh']], [['bash', '-i']], [['sh', 'script.sh']]])(
  '%j is refused in one sentence',
  async (argv) => {
    expect(await run(argv)).toEqual({
      code: 126,
      stdout: '',
      stderr:
        'The sandbox has no interactive shell; run one command at a time, such as kubectl exec POD -- curl -s URL.\n',
    });
  },
);
