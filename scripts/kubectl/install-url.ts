// Where the real kubectl comes from.

export const kubectlInstallUrl = 'https://kubernetes.io/docs/tasks/tools/';
