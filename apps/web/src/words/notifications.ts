import type { Channel, MyNotifications } from '../api/trpc.ts';

export type NotificationTopic = MyNotifications['events'][number];

/** Topics of messages; a second message follows when the problem is resolved. */
export const TOPICS: Record<NotificationTopic, string> = {
  run_needs_attention: 'A run needs a decision',
  store_paused: 'A store was paused because of a problem',
  webhooks_disabled: 'A store’s webhooks stopped working',
  freshness_broken: 'A store’s data is older than promised',
};

export const topicNames = Object.keys(TOPICS) as NotificationTopic[];

export const CHANNEL_KINDS: Record<Channel['kind'], string> = {
  slack: 'Slack or compatible',
  json: 'JSON',
};
