/** All results in one ZIP, made in the browser without compression: pictures have been compressed already. */
import { resultFileName } from './format';
import { csvBlob, jsonBlob, reportOf } from './report';
import type { Job } from './session';

/** Names of the results, made different where two photos have the same name. */
export function archiveNames(jobs: readonly Job[]): Map<number, string> {
  const names = new Map<number, string>();
  const taken = new Set<string>();
  for (const { id, photo, state } of jobs) {
    if (state.name !== 'done') continue;
    const { upscale_factor, output_format } = state.options;
    const wanted = resultFileName(photo.file.name, upscale_factor, output_format);
    let name = wanted;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = wanted.replace(/(\.\w+)$/, `-${number}$1`);
    taken.add(name.toLowerCase());
    names.set(id, name);
  }
  return names;
}

export async function archive(jobs: readonly Job[]): Promise<Blob> {
  const { downloadZip } = await import('client-zip');
  const names = archiveNames(jobs);
  const files = jobs.flatMap(({ id, state }) =>
    state.name === 'done' ? [{ name: names.get(id) ?? String(id), input: state.result.blob }] : [],
  );
  const reports = [
    { name: 'report.csv', input: csvBlob(jobs) },
    { name: 'report.json', input: jsonBlob(jobs.map(reportOf)) },
  ];
  return downloadZip([...files, ...reports]).blob();
}
