/** The documents, with their titles in the navigation. */
export const DOCUMENTS = {
  dashboard: 'The dashboard',
  stores: 'Stores',
  freshness: 'Freshness',
  notifications: 'Notifications',
  'http-api': 'HTTP API',
  client: 'Client and command',
  jobs: 'Jobs and crontab',
  configuration: 'Configuration',
  operations: 'Operations',
  observability: 'Observability',
  security: 'Security',
  reliability: 'Reliability',
  architecture: 'Architecture',
  benchmarks: 'Benchmarks',
  glossary: 'Glossary',
} as const;
export type DocumentName = keyof typeof DOCUMENTS;

const files = import.meta.glob<string>('../../../../../docs/*.md', { import: 'default' });

/** @returns the HTML of a document */
export async function readDocument(name: DocumentName): Promise<string> {
  const load = files[`../../../../../docs/${name}.md`];
  if (!load) throw new Error(`The build has no document named ${name}`);
  return load();
}

export function isDocument(name: string): name is DocumentName {
  return Object.hasOwn(DOCUMENTS, name);
}
