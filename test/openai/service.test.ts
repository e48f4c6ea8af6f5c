import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { answerTo } from '../../runtime/openai/ask.js';
import { Service } from '../../runtime/openai/service.js';
import { OpenAIService } from './server.js';

let server: OpenAIService;

beforeEach(async () => {
  server = await new OpenAIService().start();
  vi.stubEnv('OPENAI_BASE_URL', server.url);
  vi.stubEnv('OPENAI_API_KEY', server.key);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

const ask = (settings: ConstructorParameters<typeof Service>[0], signal?: AbortSignal) => answerTo(new Service(settings), { model: 'gpt-4.1-mini', messages: [{ role: 'user', content: 'hi' }], signal });

it('gives an answer', async () => {
  expect((await ask({})).message.content).toBe('I cannot say.');
});

it('does not wait for ever, and stops when it is told to', async () => {
  server.disturbances.push({ path: '/chat', status: 200, hangs: true, times: Infinity });
  await expect(ask({ timeoutMs: 100, maxRetries: 1 })).rejects.toMatchObject({ code: 'service/unreachable', message: expect.stringContaining('did not answer in time') });
  expect(server.requests).toHaveLength(2);
  const controller = new AbortController();
  const reason = new Error('enough');
  const answer = expect(ask({}, controller.signal)).rejects.toBe(reason);
  await vi.waitFor(() => expect(server.requests).toHaveLength(3));
  controller.abort(reason);
  await answer;
});

it('tries again where the service fails, so often and no more', async () => {
  server.disturbances.push({ path: '/chat', status: 500, times: 2 });
  expect((await ask({ maxRetries: 2 })).message.content).toBe('I cannot say.');
  server.disturbances.push({ path: '/chat', status: 500, times: Infinity });
  await expect(ask({ maxRetries: 2 })).rejects.toMatchObject({ code: 'service/unavailable' });
  expect(server.requests).toHaveLength(6);
});

it('says what a service forbids in a sentence', async () => {
  server.disturbances.push({ path: '/chat', status: 403, body: JSON.stringify({ error: { message: 'Fine-tuning is not available for this organization' } }) });
  await expect(ask({})).rejects.toMatchObject({ code: 'service/forbidden', message: expect.stringMatching(/not available for this organization\.$/), hint: expect.stringContaining('closing fine-tuning to new users') });
});

it('says where nobody is there', async () => {
  await server.stop();
  await expect(ask({ maxRetries: 0 })).rejects.toMatchObject({ code: 'service/unreachable', message: expect.stringContaining('ECONNREFUSED') });
  server = await new OpenAIService().start();
});

it('takes an answer of another shape for none', async () => {
  await expect(new Service().ask(z.object({ choices: z.array(z.object({ text: z.string() })) }), { to: 'answer' }, (client) => client.chat.completions.create({ model: 'gpt-4.1-mini', messages: [] }))).rejects.toMatchObject({
    code: 'service/unexpected-answer', message: expect.stringContaining('choices.0.text'),
  });
});

it('knows where a key travels in the clear', () => {
  expect(new Service().isInTheClear).toBe(false);
  vi.stubEnv('OPENAI_BASE_URL', 'http://example.org/v1');
  expect(new Service().isInTheClear).toBe(true);
  vi.stubEnv('OPENAI_BASE_URL', 'https://example.org/v1');
  expect(new Service().isInTheClear).toBe(false);
});
