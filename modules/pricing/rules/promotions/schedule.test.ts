import { describe, expect, it } from 'vitest'
import type { Schedule } from '../../schemas.ts'
import { isScheduled, isTimeZone } from './schedule.ts'

const MONDAY = 1
const FRIDAY = 5
const SATURDAY = 6
const SUNDAY = 7

const berlin: Schedule = { timeZone: 'Europe/Berlin' }
const office: Schedule = { ...berlin, weekdays: [MONDAY], hours: { from: '09:00', to: '17:00' } }
const night: Schedule = { ...berlin, weekdays: [FRIDAY], hours: { from: '22:00', to: '02:00' } }
const sundayNight: Schedule = { ...night, weekdays: [SUNDAY] }

// 2026-06-01 is a Monday. Berlin is at UTC+2 in June and at UTC+1 in January
describe('isScheduled()', () => {
  it.each<[string, Schedule, string, boolean]>([
    ['every day', berlin, '2026-06-01T12:00:00Z', true],
    ['within the hours', office, '2026-06-01T07:00:00Z', true],
    ['before the hours', office, '2026-06-01T06:59:59Z', false],
    ['at the last minute', office, '2026-06-01T14:59:59Z', true],
    ['at the end, which is exclusive', office, '2026-06-01T15:00:00Z', false],
    ['an hour earlier in winter', office, '2026-01-05T07:30:00Z', false],
    ['within the hours in winter', office, '2026-01-05T15:30:00Z', true],
    ['on another weekday', office, '2026-06-02T08:00:00Z', false],
    // 23:30 on Sunday in UTC is Monday in Berlin
    ['by the weekday of the time zone', { ...berlin, weekdays: [MONDAY] }, '2026-05-31T23:30:00Z', true],
    ['by the weekday of the time zone', { ...berlin, weekdays: [SUNDAY] }, '2026-05-31T23:30:00Z', false],
    ['before midnight', night, '2026-06-05T20:00:00Z', true],
    ['after midnight, on the next weekday', night, '2026-06-05T23:59:00Z', true],
    ['after the end on the next weekday', night, '2026-06-06T00:00:00Z', false],
    // 01:00 on Friday belongs to Thursday
    ['after midnight on the weekday itself', night, '2026-06-04T23:00:00Z', false],
    ['between the two parts', night, '2026-06-05T12:00:00Z', false],
    ['on the Monday after a Sunday', sundayNight, '2026-05-31T23:00:00Z', true],
    ['on the Sunday after a Saturday', { ...night, weekdays: [SATURDAY] }, '2026-05-30T23:00:00Z', true],
    ['at any time over midnight', { ...berlin, hours: night.hours! }, '2026-06-02T23:00:00Z', true],
  ])('%s: %j at %s is %s', (_title, schedule, at, expected) => {
    expect(isScheduled(schedule, new Date(at))).toBe(expected)
  })

  // On 2026-03-29, Berlin's clocks go from 02:00 to 03:00; on 2026-10-25, from 03:00 back to 02:00
  const early: Schedule = { ...berlin, hours: { from: '02:00', to: '03:00' } }
  it.each([
    ['01:59 before the hour that does not exist', '2026-03-29T00:59:59Z', false],
    ['03:00 after it', '2026-03-29T01:00:00Z', false],
    ['02:30 for the first time', '2026-10-25T00:30:00Z', true],
    ['02:30 for the second time', '2026-10-25T01:30:00Z', true],
    ['03:00 after both', '2026-10-25T02:00:00Z', false],
  ])('follows the clocks when they change: %s', (_title, at, expected) => {
    expect(isScheduled(early, new Date(at))).toBe(expected)
  })

  it('covers midnight as 00:00', () => {
    const first: Schedule = { ...berlin, hours: { from: '00:00', to: '00:30' } }
    expect(isScheduled(first, new Date('2026-06-01T22:10:00Z'))).toBe(true)
  })
})

it.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['Asia/Kathmandu', true],
  ['Europe/Bärlin', false],
  ['Nowhere', false],
])('isTimeZone(%j) is %s', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected)
})
