// When calendars keep somebody busy, by ical.js, the engine of Thunderbird and of Nextcloud's pages: one question a line on
// standard input (JSON: the file in base64, the first and the last instant, the learner's zone and known zones as VTIMEZONEs),
// one JSON object a line on standard output: pairs of days or of instants.
import ICAL from 'ical.js';
import { createInterface } from 'node:readline';

const MOST = 2000;
const digits = (number, width = 2) => String(number).padStart(width, '0');
const day = (t) => `${digits(t.year, 4)}-${digits(t.month)}-${digits(t.day)}`;

function told(time, home) {
  if (time.isDate) return day(time);
  const placed = time.clone();
  if (placed.zone.tzid === 'floating') placed.zone = home;
  return new Date(placed.toUnixTime() * 1000).toISOString();
}

function isFree(entry, calendar) {
  const says = (name, word) => String(entry.getFirstPropertyValue(name) || '').toUpperCase() === word;
  return says('transp', 'TRANSPARENT') || says('status', 'CANCELLED') ||
    String(calendar.getFirstPropertyValue('method') || '').toUpperCase() === 'CANCEL';
}

function* times(calendar, asked, home) {
  const series = new Map();
  for (const entry of calendar.getAllSubcomponents('vevent')) {
    const uid = entry.getFirstPropertyValue('uid') || entry;
    if (!series.has(uid)) series.set(uid, { masters: [], exceptions: [] });
    series.get(uid)[entry.hasProperty('recurrence-id') ? 'exceptions' : 'masters'].push(entry);
  }
  for (const { masters, exceptions } of series.values()) {
    if (!masters.length) {
      for (const each of exceptions.map((entry) => new ICAL.Event(entry))) yield [each.startDate, each.endDate, each.component];
    }
    for (const master of masters) {
      const event = new ICAL.Event(master, { exceptions });
      if (!event.isRecurring()) {
        yield [event.startDate, event.endDate, master];
        continue;
      }
      const iterator = event.iterator();
      for (let number = 0, next; number < MOST && (next = iterator.next()); number++) {
        if (next.toUnixTime() * 1000 > Date.parse(asked.last)) break;
        const found = event.getOccurrenceDetails(next);
        yield [found.startDate, found.endDate, found.item.component];
      }
    }
  }
  for (const list of calendar.getAllSubcomponents('vfreebusy')) {
    for (const property of list.getAllProperties('freebusy')) {
      if ((property.getParameter('fbtype') || '').toUpperCase() === 'FREE') continue;
      for (const period of property.getValues()) yield [period.start, period.getEnd(), null];
    }
  }
}

function busy(asked) {
  ICAL.TimezoneService.reset();
  const known = new ICAL.Component(ICAL.parse(asked.zones));
  known.getAllSubcomponents('vtimezone').forEach((zone) => ICAL.TimezoneService.register(zone));
  const home = ICAL.TimezoneService.get(asked.zone);
  const parsed = ICAL.parse(Buffer.from(asked.file, 'base64').toString('utf8'));
  const calendars = (Array.isArray(parsed[0]) ? parsed : [parsed]).map((each) => new ICAL.Component(each));
  const found = [];
  for (const calendar of calendars) {
    for (const [start, end, entry] of times(calendar, asked, home)) {
      if (entry && isFree(entry, calendar)) continue;
      const span = [told(start, home), told(end, home)];
      if (span[0] <= asked.last && span[1] >= asked.first && span[0] < span[1]) found.push(span);
    }
  }
  return found;
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = { busy: busy(JSON.parse(line)) };
  } catch (error) {
    answer = { refused: String(error).split('\n')[0] };
  }
  console.log(JSON.stringify(answer));
}
