import type { Locator, Page } from 'playwright-core';
import type { OpenPage } from './open-page.ts';
import { test } from './share-stack.ts';

/** Steps of connecting a store, on a page of its own for each test. */
export interface ConnectPages {
  readonly page: Page;
  readonly problems: string[];
  button(name: string): Locator;
  says(text: string): Promise<void>;
  checkAddress(address: string): Promise<void>;
}

/** Call it where the tests are described. */
export function openConnectPages(): ConnectPages {
  let opened: OpenPage | undefined;
  test.beforeEach(async ({ signIn }) => {
    opened = await signIn();
  });
  const use = () => {
    if (!opened) throw new Error('There is no page before the first test.');
    return opened;
  };
  const button = (name: string) => use().page.getByRole('button', { name });
  return {
    get page() {
      return use().page;
    },
    get problems() {
      return use().problems;
    },
    button,
    says: (text) => use().page.getByText(text, { exact: false }).first().waitFor(),
    async checkAddress(address) {
      await use().page.getByLabel('Store address').fill(address);
      await button('Check address').click();
    },
  };
}
