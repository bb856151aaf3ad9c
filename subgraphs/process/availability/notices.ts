/** What a caller should know about an answer beyond the answer itself. */
import { spokenDuration } from '#subgraphs/process/policy/duration.ts';
import type { Assessment } from './assessment.ts';

export type Notice = {
  readonly code: string;
  readonly severity: 'INFO' | 'WARNING' | 'ACTION_REQUIRED';
  readonly message: string;
};

export const noticesOf = (assessment: Assessment): readonly Notice[] => {
  const { item, question, confidence, freshness, asOfMs, nowMs, status } = assessment;
  const notices: Notice[] = [];
  for (const system of confidence.missingSystems) {
    const message = `No current word from ${system}: what only it knows is not counted.`;
    notices.push({ code: 'SYSTEM_MISSING', severity: 'WARNING', message });
  }
  if (status === 'UNKNOWN') {
    notices.push({
      code: 'STOCK_UNKNOWN',
      severity: 'WARNING',
      message: 'Nobody who keeps this stock could be heard: neither in stock nor out of stock.',
    });
  } else if (asOfMs !== null && nowMs - asOfMs > assessment.acceptedAgeMs) {
    const message = `Last proven ${spokenDuration(nowMs - asOfMs)} ago; ${spokenDuration(assessment.acceptedAgeMs)} was asked for.`;
    notices.push({ code: 'FRESHNESS_NOT_MET', severity: question.purpose === 'BROWSE' ? 'INFO' : 'WARNING', message });
  }
  if (question.purpose === 'CHECKOUT' && assessment.canFulfil === null) {
    const message = `The answer is ${freshness.toLowerCase()}: reserve the units before taking the order.`;
    notices.push({ code: 'CONFIRM_BEFORE_ORDER', severity: 'ACTION_REQUIRED', message });
  }
  const { limitPerOrder } = assessment;
  if (limitPerOrder !== null && question.quantity > limitPerOrder) {
    const message = `One order may have ${limitPerOrder}, ${question.quantity} were asked for.`;
    notices.push({ code: 'LIMIT_PER_ORDER', severity: 'WARNING', message });
  }
  if (item.lifecycle === 'DRAFT' || item.lifecycle === 'BLOCKED') {
    notices.push({
      code: 'NOT_FOR_SALE',
      severity: 'INFO',
      message: `The item is ${item.lifecycle.toLowerCase()} in the item master and is not offered.`,
    });
  }
  return notices;
};
