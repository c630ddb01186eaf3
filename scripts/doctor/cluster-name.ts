/** Name of our kind cluster, by which its containers are known. */
export const clusterName = 'mesh-workshop';
