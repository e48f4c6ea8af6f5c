/**
 * What a worker gets to see of the environment: what programs need to run, and what its framework names. Keys, tokens
 * and passwords of the user's stay where they are.
 */
const passed = [
  'PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR', 'TMP', 'TEMP', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME',
  // Windows
  'SystemRoot', 'SYSTEMROOT', 'WINDIR', 'COMSPEC', 'PATHEXT', 'APPDATA', 'LOCALAPPDATA', 'USERPROFILE', 'NUMBER_OF_PROCESSORS',
  // Accelerators and threads
  'CUDA_VISIBLE_DEVICES', 'CUDA_HOME', 'LD_LIBRARY_PATH', 'NVIDIA_VISIBLE_DEVICES', 'ROCR_VISIBLE_DEVICES', 'HIP_VISIBLE_DEVICES',
  'OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'OPENBLAS_NUM_THREADS',
] as const;

/** How the network is reached. */
export const proxyVariables = [
  'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE',
] as const;

/** What who loads from a hub needs besides: where it is, who asks, how it is reached. */
export const hubVariables = ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN', 'HF_HOME', 'HF_HUB_CACHE', 'HF_ENDPOINT', 'HF_HUB_OFFLINE', ...proxyVariables] as const;

/** Threads that wait without spinning: with one busy neighbour, spinning OpenMP threads bring a small machine to a stop. */
const always = { OMP_WAIT_POLICY: 'PASSIVE', GOMP_SPINCOUNT: '0' };

/** The environment of a worker: the allowed variables of `from`, the `extra` ones by name. */
export function scrub(from: NodeJS.ProcessEnv, extra: readonly string[] = []): Record<string, string> {
  const allowed = new Set<string>([...passed, ...extra]);
  const kept = Object.entries(from).filter(([name, value]) => value !== undefined && (allowed.has(name) || name.startsWith('LC_')));
  return { ...always, ...(Object.fromEntries(kept) as Record<string, string>) };
}
