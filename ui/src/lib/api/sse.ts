/** Server-sent events out of text that grows. */
export interface ServerEvent {
  event: string;
  data: string;
}

/** Feed it the whole text so far, again and again; it gives each complete event once. */
export function eventReader(): (text: string) => ServerEvent[] {
  let offset = 0;
  return (text) => {
    const events: ServerEvent[] = [];
    for (let end = text.indexOf('\n\n', offset); end !== -1; end = text.indexOf('\n\n', offset)) {
      const event = parse(text.slice(offset, end));
      offset = end + 2;
      if (event !== null) events.push(event);
    }
    return events;
  };
}

function parse(block: string): ServerEvent | null {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('event:')) event = line.slice(6).trim();
    else if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5));
  }
  return data.length > 0 ? { event, data: data.join('\n') } : null; // a comment keeps the line open, and says nothing
}
