// From the node's address to its localhost: the API, and the six node ports.

import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

const host = networkInterfaces().eth0.find(({ family }) => family === 'IPv4').address;
const [, apiPort] = /127\.0\.0\.1:(\d+)/.exec(readFileSync('/etc/kubernetes/admin.conf', 'utf8'));

forward(6443, Number(apiPort));
for (let port = 30_000; port < 30_006; port += 1) forward(port, port);

function forward(from, to) {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const inside = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true });
    client.pipe(inside).pipe(client);
    client.on('error', () => inside.destroy());
    inside.on('error', () => client.destroy());
  });
  server.listen(from, host);
}
