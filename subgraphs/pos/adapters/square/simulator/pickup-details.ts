/** Checks the pickup_details of a request. */
import {
  invalid,
  type Json,
  knownMembers,
  object,
  optionalBoolean,
  optionalInstant,
  optionalObject,
  optionalText,
  text,
} from './protocol.ts';

const MEMBERS = [
  'recipient',
  'expires_at',
  'auto_complete_duration',
  'schedule_type',
  'pickup_at',
  'pickup_window_duration',
  'prep_time_duration',
  'note',
  'cancel_reason',
  'is_curbside_pickup',
  'curbside_pickup_details',
];

/** New ones need a recipient's name, and a time unless they are wanted as soon as possible. */
export const pickupDetailsOf = (details: Json, at: string, use: 'new' | 'change'): Json => {
  knownMembers(details, MEMBERS, at);
  const schedule = optionalText(details, 'schedule_type', { oneOf: ['SCHEDULED', 'ASAP'] }, at);
  const pickupAt = optionalInstant(details, 'pickup_at', at);
  optionalInstant(details, 'expires_at', at);
  optionalBoolean(details, 'is_curbside_pickup', at);
  optionalText(details, 'note', { max: 500 }, at);
  optionalText(details, 'cancel_reason', { max: 100 }, at);
  const recipient = use === 'new' ? object(details, 'recipient', at) : optionalObject(details, 'recipient', at);
  if (recipient) {
    knownMembers(
      recipient,
      ['customer_id', 'display_name', 'email_address', 'phone_number', 'address'],
      `${at}recipient.`,
    );
    text(recipient, 'display_name', { max: 255 }, `${at}recipient.`);
    optionalText(recipient, 'email_address', { max: 255 }, `${at}recipient.`);
    optionalText(recipient, 'phone_number', { max: 17 }, `${at}recipient.`);
  }
  if (use === 'new' && schedule !== 'ASAP' && pickupAt === undefined) {
    throw invalid('MISSING_REQUIRED_PARAMETER', 'A scheduled pickup needs its time.', `${at}pickup_at`);
  }
  return details;
};
