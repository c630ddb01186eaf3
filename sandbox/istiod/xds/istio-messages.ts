// Messages of Istio's own filters that the mesh writes, as those of Envoy. Envoy has what it knows no type of in a TypedStruct.

export const istioMessages = `
package istio.envoy.config.filter.http.alpn.v2alpha1
  enum FilterConfig.Protocol: HTTP10 0, HTTP11 1, HTTP2 2
  FilterConfig: alpn_override 1 FilterConfig.AlpnOverride[]
  FilterConfig.AlpnOverride: upstream_protocol 1 FilterConfig.Protocol, alpn_override 2 string[]
package udpa.type.v1
  TypedStruct: type_url 1 string, value 2 pb.Struct
`;
