/** What is secret and what is not: TypeScript and Python are both held to it. */
import { mask } from '../../../runtime/run/redact.js';

export const key = 'a-key-that-looks-like-nothing';

/** What the process has that redacts. */
export const environment = {
  OPENAI_API_KEY: key,
  MY_PASSWORD_BASE64: 'cGFzc3dvcmQ',
  SHORT_TOKEN: 'word',
  MAX_TOKENS: '1000000',
  PWD: '/home/someone',
  HTTPS_PROXY: 'http://me:proxy-word@proxy.example:3128',
  http_proxy: 'me:other-word@proxy.example:3128',
};

/** Look like tokens, and are masked as a whole. Those that scanners of repositories would take for real ones are put together. */
export const tokens = [
  'sk-AbCdEfGhIjKlMnOpQrStT3BlbkFJuVwXyZ0123456789', 'sk-0123456789abcdef0123456789abcdef', 'sk-proj-AbCd_efghijklmnopqrstuvwx-yz0123', 'sk-proj-a1B2c3D4e5F6g7H8i9J0k1L2',
  'sk-ant-api03-AbCdEf0123456789-GhIjKl_MnOpQrStUvWxYz0123456789AA', 'sk-ant-api03-Ab-Cd-Ef_Gh-Ij-Kl_Mn-Op-Qr_St-0A', 'sk-or-v1-0123456789abcdef0123456789abcdef',
  ['sk', 'live', '4eC39HqLyjWDarjtT1zdp7dc'].join('_'), ['rk', 'live', '51AbCdEfGhIjKlMnOpQr'].join('_'), 'pk_test_TYooMQauvdEDq54NiTphI7jx', 'sk_0000000000000000000a',
  'hf_abcdefghijklmnopqrstuvwxyzABCDEFGH', 'api_org_abcdefghijklmnopqrstuvwxyzABCDEFGH', 'ghp_0123456789abcdefghijABCDEFGHIJ012345', 'github_pat_11ABCDEFG0_abcdefghijklmnop', 'glpat-AbCdEfGhIjKl_MnOp-01',
  'npm_0123456789abcdefghijABCDEFGHIJ012345', 'pypi-AgEIcHlwaS5vcmcCJDAwMDAwMDAw', ['xoxb', '123456789012', 'AbCdEfGhIjKl'].join('-'), ['xapp', '1', 'A0123456789', '0123'].join('-'), 'dop_v1_0123456789abcdef0123', 'shpat_0123456789abcdef0123456789abcdef',
  'AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE', `AIza${'SyD-abcdefghijklmnopqrstuvwxyz01234'}`, 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_01',
  '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMIIEow+/=\n-----END RSA PRIVATE KEY-----', '-----BEGIN PRIVATE KEY-----\nMIIEow', '-----BEGIN PGP PRIVATE KEY BLOCK-----\nabc\n-----END PGP PRIVATE KEY BLOCK-----',
];

/** Words that people give to labels, models, columns and programs. */
export const words = [
  'sk-learn-compatible-models', 'pk_customer_identifier_name', 'sk-strategic-planning', 'sk-antidisestablishmentarianism', 'sk-2024-01-02-03-04-05-06', 'rk_0000000000000000000000', 'sk-proj-management-and-planning-2024', 'sk-learn',
  'hf_hub_download', 'hf_transformers_configuration', 'npm_config_registry', 'npm_package_dependencies', 'pypi-mirror-configuration', 'task-strategic-planning', 'AKIA', 'AIza', 'eyJ.eyJ.x', 'xoxo-kisses-and-hugs', 'KASIAIOSFODNN7EXAMPLES',
  'monkey business', '1000000 rows', 'ftjob-abc123', 'ft:gpt-4.1-mini:org::AbCd1234', 'a word', '/home/someone', 'Password: required', 'https://host.example:8080/@scope/name', 'https://host.example/a:b@c', 'me@host.example',
  '{"url":"http://host.example:8080","to":"me@host.example"}', 'http://one.example:80 and me@two.example', 'ſk-AbCd', 'sk-ſ0123456789abcdefg',
];

/** Texts, and what is left of them. */
export const texts: readonly (readonly [text: string, left: string])[] = [
  [`401 for ${key}, ${key}`, `401 for ${mask}, ${mask}`],
  ['cGFzc3dvcmQ=', `${mask}=`],
  ['sk-proj-AbCd_efghijklmnopqrstuvwx-yz0123 and hf_abcdefghijklmnop.', `${mask} and ${mask}.`],
  ['Endpoint=sb://host.example;SharedAccessKey=abc=;Pwd=x y', `Endpoint=sb://host.example;SharedAccessKey=${mask};Pwd=${mask} y`],
  ['password=ABC;next', `password=${mask};next`],
  ['postgres://me:word@host.example/db', `postgres://me:${mask}@host.example/db`],
  ['redis://:word@host.example, "https://a:b:c@d@host.example?q"', `redis://:${mask}@host.example, "https://a:${mask}@host.example?q"`],
  ['https://me:wörd\u00a0@host.example', `https://me:${mask}@host.example`],
  ['Cannot connect to proxy me:proxy-word@proxy.example:3128 or other-word', `Cannot connect to proxy me:${mask}@proxy.example:3128 or ${mask}`],
  ['key\u00a0hf_abcdefghijklmnop\u2028', `key\u00a0${mask}\u2028`],
  ['näsk-0123456789abcdefg', `nä${mask}`],
  ...tokens.map((token) => [`first "${token}", then ${token}\nend`, `first "${mask}", then ${mask}\nend`] as const).filter(([text]) => !/BEGIN(?!.*END)/s.test(text)),
  ...tokens.map((token) => [token, mask] as const),
  ...words.map((word) => [word, word] as const),
];

/** Names of variables, and whether their values are secret. */
export const names: readonly (readonly [name: string, secret: boolean])[] = [
  ...['HF_TOKEN', 'OPENAI_API_KEY', 'AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'DB_PASSWORD', 'PGPASSWORD', 'GOOGLE_CREDENTIALS', 'NPM_AUTH', 'SESSION_COOKIE', 'key', 'OPENAI_APIKEY', 'PRIVATEKEY', 'MY_PASSWORD_BASE64', 'TOKEN2', 'MYSQL_PWD', 'SENTRY_DSN', 'key_json'].map((name) => [name, true] as const),
  ...['HOME', 'PWD', 'OLDPWD', 'PATH', 'KEYBOARD', 'SSH_AUTH_SOCK', 'TOKENIZERS_PARALLELISM', 'MONKEY', 'DESKTOP_SESSION', 'XDG_SESSION', 'COMPASS', 'KEY_FILE', 'NO_PROXY', 'KEY\n', 'PWD\n'].map((name) => [name, false] as const),
];
