// Reads calendars with ical.js, the engine of Thunderbird and of Nextcloud's pages: one file in base64 a line on standard
// input, one JSON object of its entries by UID a line on standard output.
import ICAL from 'ical.js';
import { createInterface } from 'node:readline';

const digits = (number, width = 2) => String(number).padStart(width, '0');

function moment(time) {
  if (!time) return null;
  const day = (t) => `${digits(t.year, 4)}-${digits(t.month)}-${digits(t.day)}`;
  if (time.isDate) return day(time);
  const utc = time.zone.tzid === 'floating' ? time : time.convertToZone(ICAL.Timezone.utcTimezone);
  const suffix = time.zone.tzid === 'floating' ? '' : '+00:00';
  return `${day(utc)}T${digits(utc.hour)}:${digits(utc.minute)}:${digits(utc.second)}${suffix}`;
}

function read(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  calendar.getAllSubcomponents('vtimezone').forEach((zone) => ICAL.TimezoneService.register(zone));
  const found = {};
  for (const kind of ['vevent', 'vtodo']) {
    for (const entry of calendar.getAllSubcomponents(kind)) {
      const value = (name) => entry.getFirstPropertyValue(name);
      found[value('uid')] = {
        start: moment(value('dtstart')),
        end: moment(value(kind === 'vevent' ? 'dtend' : 'due')),
        title: value('summary'),
        body: value('description'),
        labels: entry.getAllProperties('categories').flatMap((property) => property.getValues()),
        status: value('status'),
      };
    }
  }
  return found;
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = { entries: read(Buffer.from(line, 'base64').toString('utf8')) };
  } catch (error) {
    answer = { refused: String(error) };
  }
  console.log(JSON.stringify(answer));
}
