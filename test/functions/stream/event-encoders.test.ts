import Papa from 'papaparse';
import { EVENT_FORMATS } from '#functions/stream/event-encoders.ts';
import { codelloy } from '#shared/dialects/codelloy/codelloy.ts';
import { aClick } from '#test/support/clicks.ts';

test('a referrer shows no formula to a spreadsheet, however that cuts the file', () => {
  const referrer = 'https://e.example/?;=1+1;\t@x';
  const event = codelloy.tables.events.row(aClick({ referrer }));
  const file = EVENT_FORMATS.csv.header + EVENT_FORMATS.csv.encode([event]);
  for (const delimiter of [',', ';', '\t']) {
    const { data } = Papa.parse<string[]>(file, { delimiter });
    for (const cell of data.flat()) expect(cell).not.toMatch(/^[\s"]*[=+\-@]/);
  }
  expect(file).toContain(`https://e.example/?;'=1+1;\t'@x`);
});
