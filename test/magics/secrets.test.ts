import { describe, expect, it } from 'vitest';
import { shownValue } from '../../magics/secrets.js';
import { mask } from '../../runtime/run/redact.js';

describe('environment variables', () => {
  it.each([
    ['HF_TOKEN', 'x'], ['OPENAI_API_KEY', 'x'], ['AWS_SECRET_ACCESS_KEY', 'x'], ['DB_PASSWORD', 'x'], ['PGPASSWORD', 'x'], ['GOOGLE_CREDENTIALS', 'x'], ['NPM_AUTH', 'x'], ['SESSION_COOKIE', 'x'], ['key', 'x'],
    ['ANYTHING', 'sk-proj-abcdefghijklmnopqrst0123'], ['ANYTHING', 'ghp_0123456789abcdefghij'], ['ANYTHING', 'AKIAIOSFODNN7EXAMPLE'], ['ANYTHING', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx.abc'],
    ['ANYTHING', '-----BEGIN PRIVATE KEY-----\nabc'], ['ANYTHING', 'Endpoint=sb://x;SharedAccessKey=abc'], ['ANYTHING', 'aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW'],
  ])('%s=%s is masked', (name, value) => expect(shownValue(name, value)).toBe(mask));

  it.each([
    ['HOME', '/root'], ['PWD', '/tmp'], ['OLDPWD', '/tmp'], ['PATH', '/usr/bin:/usr/local/bin'], ['LANG', 'C.UTF-8'], ['KEYBOARD', 'de'], ['SSH_AUTH_SOCK', '/tmp/ssh/agent'], ['TOKENIZERS_PARALLELISM', 'false'],
    ['COMMIT', '0123456789abcdef0123456789abcdef01234567'], ['MONKEY', 'x'], ['LS_COLORS', 'rs=0:di=01;34:ln=01;36'], ['EMPTY_TOKEN', ''], ['PROXY', 'http://localhost:8080'], ['MODEL', 'sk-learn-compatible-models'], ['NO_PROXY', 'localhost,127.0.0.1:80'],
  ])('%s=%s is shown', (name, value) => expect(shownValue(name, value)).toBe(value));

  it.each([
    ['DATABASE', 'postgres://me:word@host/db', `postgres://me:${mask}@host/db`],
    ['https_proxy', 'http://me:word@host:8080', `http://me:${mask}@host:8080`],
    ['ALL_PROXY', 'me:word@host:8080', `me:${mask}@host:8080`],
  ])('%s=%s is shown without the password of the address', (name, value, shown) => expect(shownValue(name, value)).toBe(shown));
});
