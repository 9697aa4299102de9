import { expect, test } from 'vitest';
import { ask, startSim } from './client.ts';

const login = { user: 'dev', password: 'pass:word' };
const withLogin = (user = login.user, password = login.password) => ({
  headers: { authorization: `Basic ${btoa(`${user}:${password}`)}` },
});

test.each(['nginx', 'apache'] as const)(
  'the password of %s guards every page, before WordPress sees a request',
  async (server) => {
    const sim = await startSim({ webLogin: { ...login, server } });
    for (const path of ['/', '/wp-json/', '/wp-json/wc/v3/customers', '/wc-auth/v1/authorize']) {
      for (const wrong of [undefined, withLogin('dev', 'pass'), {}]) {
        const response = await (wrong ? ask(sim, path, wrong) : fetch(sim.url + path));
        expect([path, response.status]).toEqual([path, 401]);
        expect(response.headers.get('www-authenticate')).toBe('Basic realm="Restricted"');
        expect(response.headers.get('content-type')).toMatch(/^text\/html/);
        expect(response.headers.get('link')).toBeNull();
        expect(await response.text()).toMatch(/<title>401 (?:Authorization|Unauthorized)/);
      }
    }
    expect((await ask(sim, '/wp-json/', withLogin())).status).toBe(200);
  },
);

test('behind the password, keys are accepted in the query', async () => {
  const sim = await startSim({ webLogin: login });
  const { consumerKey, consumerSecret } = sim.defaultCredentials;
  const customers = '/wp-json/wc/v3/customers';
  expect((await ask(sim, customers, withLogin())).status).toBe(401);
  const keys = `consumer_key=${consumerKey}&consumer_secret=${consumerSecret}`;
  const response = await ask(sim, `${customers}?${keys}`, withLogin());
  expect(response.status).toBe(200);
});
