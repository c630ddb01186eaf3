import type { AccessLog } from '../../envoy/config.ts';

/** Istio's text format since 1.9. */
const textFormat = [
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%"',
  '%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS%',
  '"%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% %BYTES_SENT% %DURATION%',
  '%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%"',
  '"%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS%',
  '%DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n',
].join(' ');

/** `path` empty: none. */
export function accessLogs(path: string): { readonly access_log?: readonly AccessLog[] } {
  if (path === '') return {};
  return { access_log: [fileLog(path)] };
}

/** Connections that no filter chain took. */
export function listenerAccessLogs(path: string): { readonly access_log?: readonly AccessLog[] } {
  if (path === '') return {};
  return { access_log: [{ ...fileLog(path), filter: { response_flag_filter: { flags: ['NR'] } } }] };
}

const fileLog = (path: string): AccessLog => ({
  name: 'envoy.access_loggers.file',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
    path,
    log_format: { text_format_source: { inline_string: textFormat } },
  },
});
