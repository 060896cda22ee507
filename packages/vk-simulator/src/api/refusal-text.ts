import type { Call } from '../http/read-call.ts';
import type { VkRefusal } from './refusal.ts';

/** VK's envelope of an error. It repeats the request, the token included: whoever logs it must take that out. */
export const refusalText = ({ method, params, token }: Call, { vkCode, message }: VkRefusal): string =>
  JSON.stringify({
    error: {
      error_code: vkCode,
      error_msg: message,
      request_params: [
        { key: 'oauth', value: '1' },
        { key: 'method', value: method },
        ...Object.entries(params).map(([key, value]) => ({ key, value })),
        ...(token === undefined ? [] : [{ key: 'access_token', value: token }]),
      ],
      ...extrasOf(vkCode),
    },
  });

/** Where a person can go on. Since 2025 the picture of a captcha says nothing any more; the address does (python273/vk_api#536). */
const extrasOf = (vkCode: number): object => {
  switch (vkCode) {
    case 14:
      return {
        captcha_sid: '548747100691',
        captcha_img: 'https://api.example/captcha.php?sid=548747100691&s=1',
        redirect_uri: 'https://id.example/not_robot_captcha?domain=api.example&session_token=simulated',
      };
    case 17:
      return { redirect_uri: 'https://id.example/security_check?session=simulated' };
    default:
      return {};
  }
};
