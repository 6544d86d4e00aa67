/** All results in one ZIP, made in the browser without compression: pictures have been compressed already. */
import { csvBlob, jsonBlob, reportOf } from './report';
import type { Job } from './session';
import { outputBlob, outputName } from './strengths';

/** Names of the results, made different where two photos have the same name. */
export function archiveNames(jobs: readonly Job[]): Map<number, string> {
  const names = new Map<number, string>();
  const taken = new Set<string>();
  for (const { id, photo, state } of jobs) {
    if (state.name !== 'done') continue;
    const wanted = outputName(photo, state);
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
  async function* files() {
    for (const { id, state } of jobs) // one after the other: what is composed here is decoded
      if (state.name === 'done') yield { name: names.get(id) ?? String(id), input: await outputBlob(state) };
    yield { name: 'report.csv', input: csvBlob(jobs) };
    yield { name: 'report.json', input: jsonBlob(jobs.map(reportOf)) };
  }
  return downloadZip(files()).blob();
}
