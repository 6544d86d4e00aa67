/** Parses server-sent events from text that arrives in parts. */
export interface ServerEvent {
  event: string;
  data: string;
}

/** Reads events from the whole text received so far. */
export interface EventReader {
  /** The events that are new and complete. */
  read: (text: string) => ServerEvent[];
  /** The name of the event that has begun and is not complete, if that much of it is there. */
  begun: (text: string) => string | null;
}

export function eventReader(): EventReader {
  let offset = 0;
  return {
    read: (text) => {
      const events: ServerEvent[] = [];
      for (let end = text.indexOf('\n\n', offset); end !== -1; end = text.indexOf('\n\n', offset)) {
        const event = parse(text.slice(offset, end));
        offset = end + 2;
        if (event !== null) events.push(event);
      }
      return events;
    },
    begun: (text) => /^event: ?(\w+)\n/.exec(text.slice(offset, offset + 40))?.[1] ?? null,
  };
}

function parse(block: string): ServerEvent | null {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('event:')) event = line.slice(6).trim();
    else if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5));
  }
  return data.length > 0 ? { event, data: data.join('\n') } : null; // a comment only keeps the connection open
}
