/** What VK lets one `execute` do: dev.vk.com/ru/execute, and SevereCloud/vk-limits for the operations. */
export const MAX_CALLS = 25;
export const MAX_OPERATIONS = 1_000;
export const MAX_RESPONSE_BYTES = 5 * 1_024 * 1_024;
