// How objects that the workshop applies to a cluster of the user's are told from others.

export const ownLabel = { key: 'app.kubernetes.io/managed-by', value: 'mesh-workshop' } as const;

export const ownLabels: Readonly<Record<string, string>> = { [ownLabel.key]: ownLabel.value };
