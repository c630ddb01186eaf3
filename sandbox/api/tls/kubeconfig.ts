export interface Access {
  /** `https://127.0.0.1:<port>` */
  readonly server: string;
  readonly caPem: string;
  readonly token: string;
}

export interface KubeconfigOptions {
  /** Name of cluster, user and context. */
  readonly name: string;
  /** @default the API's own, `default` */
  readonly namespace?: string;
}

/** A kubeconfig, as YAML, that reaches the API. It holds the credential: write it with mode 0600. */
export function kubeconfig({ server, caPem, token }: Access, { name, namespace }: KubeconfigOptions): string {
  const quoted = JSON.stringify(name);
  return `apiVersion: v1
kind: Config
current-context: ${quoted}
clusters:
- name: ${quoted}
  cluster:
    server: ${server}
    certificate-authority-data: ${Buffer.from(caPem).toString('base64')}
users:
- name: ${quoted}
  user:
    token: ${token}
contexts:
- name: ${quoted}
  context:
    cluster: ${quoted}
    user: ${quoted}
${namespace === undefined ? '' : `    namespace: ${JSON.stringify(namespace)}\n`}`;
}
