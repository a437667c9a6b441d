import { TOPICS, type TopicName } from './topics.ts'

/** Whether a string names a topic of ours. */
export function isTopicName(name: string): name is TopicName {
  return Object.hasOwn(TOPICS, name)
}
