/** Every word that the page says. */

const stages = {
  upload: 'Sending the photograph',
  detector: 'Finding faces',
  restorer: 'Restoring faces',
  upscaler: 'Enlarging the picture',
  compose: 'Putting it together',
  verifier: 'Checking that it is the same person',
  metrics: 'Measuring the difference',
  encode: 'Developing the result',
  decode: 'Reading the photograph',
  request: 'Checking the request',
  ingress: 'Taking the request',
  internal: 'Inside the service',
  waiting: 'Waiting and moving data',
};

export const strings = {
  name: 'Visage',
  title: 'Visage: face photo restoration',
  description: 'Restores the faces in old and blurred photographs, and shows what it changed.',
  skip: 'Skip to the photograph',
  theme: { label: 'Colours', system: 'as the system has them', light: 'light', dark: 'dark' },
  docs: 'API',
  private: 'Your photograph goes to this service only, is held in memory while it works, and is never stored.',

  service: {
    checking: 'Looking for the service',
    ready: 'Service ready',
    starting: 'Service starting',
    down: 'Service not reachable',
    startingNote: 'The service is still loading its models. You can choose a photograph meanwhile.',
    downNote: 'The service does not answer. The page keeps looking for it; you can choose a photograph meanwhile.',
  },

  empty: {
    headline: 'Faces, back in focus.',
    lead: 'An old print, a blurred scan, a small picture: drop it here and compare.',
    drop: 'Drop a photograph here',
    dropNow: 'Let go to use this photograph',
    paste: 'or paste one from the clipboard',
    choose: 'Choose a photograph',
    rules: (max: string) => `JPEG or PNG, up to ${max}`,
    sample: 'No photograph at hand? Try this one',
    sampleCredit: 'Astronaut Eileen Collins, NASA',
    sampleAlt: 'Portrait of the astronaut Eileen Collins in an orange suit',
  },

  problems: {
    type: {
      title: 'This is neither a JPEG nor a PNG',
      advice: 'The content decides, not the name. Save the picture as JPEG or PNG and try again.',
    },
    empty: { title: 'This file is empty', advice: 'Choose the original file once more.' },
    size: {
      title: (size: string, max: string) => `This file is too large: ${size}, and at most ${max} can be sent`,
      advice: 'Save it as a JPEG with a little more compression, or make it smaller.',
    },
    damaged: {
      title: 'This picture cannot be opened',
      advice: 'The file is damaged or incomplete. Copy or export it again from where it came from.',
    },
    many: { title: 'One photograph at a time, please', advice: 'Only the first one was taken.' },
    nothingPasted: {
      title: 'There is no picture in the clipboard',
      advice: 'Copy a picture first, then paste it here.',
    },
    sample: { title: 'The sample could not be loaded', advice: 'Check the connection to the service and try again.' },
    dismiss: 'Dismiss',
  },

  picture: {
    alt: (name: string) => `Your photograph, ${name}`,
    size: (from: string, to: string) => `${from} becomes ${to} pixels`,
    dimensions: 'Dimensions',
    file: 'File',
    result: 'Result',
    replace: 'Another photograph',
    restore: 'Restore',
    tooManyInput: (has: string, max: string) =>
      `This photograph has ${has} megapixels; the service takes at most ${max}. Make it smaller first.`,
    tooManyOutput: (has: string, max: string) =>
      `The result would have ${has} megapixels; the service makes at most ${max}. Choose a smaller enlargement.`,
    tooSmall: (min: number) => `The shorter side has fewer than ${min} pixels, too few for the service.`,
    large: 'A large picture: this will take a while.',
  },

  options: {
    title: 'Options',
    reset: 'Back to the defaults',
    factor: { label: 'Enlarge', times: (factor: number) => `${factor}×` },
    strength: {
      label: 'Strength',
      help: 'How much of the restored face replaces the original. Less keeps more of the original.',
    },
    faces: {
      label: 'Faces',
      help: 'Which faces to restore.',
      all: 'All',
      largest: 'Largest',
      center: 'Central',
    },
    color: { label: 'Keep the original colours', help: 'Matches each restored face to its colours in the photograph.' },
    background: {
      label: 'Enhance the background',
      help: 'Off: everything beside the faces is enlarged plainly, which is faster.',
    },
    format: { label: 'Save as', help: 'PNG loses nothing; JPEG is smaller.', png: 'PNG', jpeg: 'JPEG' },
  },

  progress: {
    title: 'Working on it',
    sending: (percent: number) => `Sending, ${percent} %`,
    sent: 'Sent. Waiting for its turn',
    percent: (percent: number) => `${percent} %`,
    count: (done: number, total: number) => `${done} of ${total}`,
    overall: 'Progress of the restoration',
    done: 'done',
    running: 'in progress',
    waiting: 'not yet',
    cancel: 'Cancel',
    cancelled: 'Cancelled. Your photograph is still here.',
    stages,
  },

  result: {
    title: 'Restored',
    announce: (faces: number, seconds: string) =>
      `Done in ${seconds}. ${faces === 1 ? 'One face was' : `${faces} faces were`} restored.`,
    summary: (faces: number, found: number, seconds: string) =>
      `${faces === found ? (faces === 1 ? 'One face' : `${faces} faces`) : `${faces} of ${found} faces`}, ${seconds}`,
    warning: 'Before you trust it',
    download: 'Download',
    copy: 'Copy',
    copied: 'Copied',
    copyFailed: 'The browser did not allow copying. Use Download instead.',
    report: 'Report (JSON)',
    again: 'Change options',
    another: 'Another photograph',
  },

  compare: {
    label: 'Before and after',
    hint: 'Plus and minus zoom, 0 shows the whole picture, 1 shows real pixels, arrow keys move it when zoomed in, O shows the original while held.',
    handle: 'Divider between the original on the left and the restored picture on the right',
    before: 'Original',
    after: 'Restored',
    both: 'Compare',
    mode: 'What to show',
    hold: 'Hold for original',
    boxes: 'Face boxes',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    fit: 'Whole picture',
    real: 'Real pixels',
    zoom: (percent: number) => `${percent} %`,
    divider: { left: 'Move the divider left', right: 'Move the divider right' },
    pan: { left: 'Move left', right: 'Move right', up: 'Move up', down: 'Move down' },
    face: (number: number) => `Zoom to face ${number}`,
  },

  metrics: {
    title: 'How far it is from the original',
    againstInput:
      'Compared with your photograph, enlarged plainly. They tell how much was changed, not how good it looks.',
    againstReference: 'Compared with the reference picture that was sent along.',
    explain: 'What does it mean?',
    psnr: {
      name: 'Pixel fidelity',
      short: 'PSNR',
      unit: ' dB',
      text: 'Compares pixel by pixel; above 40 dB hardly any difference is left. A restoration that adds real detail lowers it, so lower is not worse.',
      words: ['almost unchanged', 'close to the original', 'clearly changed', 'strongly changed'],
    },
    ssim: {
      name: 'Structure',
      short: 'SSIM',
      unit: '',
      text: 'Compares edges and textures; 1 is identical. It does not notice whether new detail is true.',
      words: ['kept', 'mostly kept', 'clearly altered', 'strongly altered'],
    },
    lpips: {
      name: 'Visible difference',
      short: 'LPIPS',
      unit: '',
      text: 'How different the two look to a network trained on human judgement; 0 is identical. It does not say which of the two looks better.',
      words: ['hardly visible', 'visible', 'clearly visible', 'very strong'],
    },
    identity: {
      name: 'Same person',
      short: 'Identity',
      unit: '',
      text: 'How alike the faces are to a face recognition network, for the face that changed most; 1 is identical. It says little about faces that are small or very blurred to begin with.',
      words: ['very alike', 'alike', 'in doubt', 'may be somebody else'],
    },
  },

  faces: {
    title: 'Faces',
    one: (number: number) => `Face ${number}`,
    similarity: (value: string) => `Identity ${value}`,
    reliable: 'reliable score',
    unreliable: 'too small or blurred for a sure score',
    untouched: 'left as it was',
    zoom: (number: number) => `Face ${number}: zoom both sides to it`,
  },

  times: {
    title: 'Where the time went',
    total: (seconds: string) => `${seconds} in all. Some steps run beside each other.`,
  },

  failure: {
    stage: (stage: string) => `Step: ${stage}`,
    code: (status: number) => `Code ${status}`,
    retry: 'Try again',
    retryNow: 'Try now',
    stopWaiting: 'Stop waiting',
    waiting: (seconds: number) => `Trying again by itself in ${seconds} s`,
    gaveUp: 'It was tried several times. Try again yourself when you like.',
    back: 'Change options',
    another: 'Another photograph',
    serviceIsBack: 'The service answers again.',
    kept: 'Your photograph and options are kept.',
    kinds: {
      unreachable: {
        title: 'The service does not answer',
        advice: 'It may be switched off or the network may be down. Nothing was processed.',
      },
      lost: {
        title: 'The connection broke off',
        advice: 'The service was lost while it worked. It usually comes back within a minute.',
      },
      garbled: {
        title: 'The answer could not be understood',
        advice: 'Something between this page and the service answered instead, or the two do not fit together.',
      },
      slow: { title: 'The upload took too long', advice: 'Try a faster connection or a smaller file.' },
      bytes: { title: 'The file is too large', advice: 'Save it with more compression or make it smaller.' },
      pixels: {
        title: 'The picture has too many pixels',
        advice: 'Choose a smaller enlargement, or make the photograph smaller.',
      },
      type: { title: 'The service cannot read this file', advice: 'Save the picture as JPEG or PNG and try again.' },
      damaged: { title: 'The picture cannot be decoded', advice: 'Export or copy it again from where it came from.' },
      option: { title: 'The service did not accept the request', advice: 'Change the options and try again.' },
      noFace: {
        title: 'No face was found',
        advice: 'Faces that are very small, turned away or mostly hidden are not recognised. Try a closer crop.',
      },
      rate: { title: 'Too many requests', advice: 'The service limits how often one address may ask.' },
      busy: { title: 'The service is busy', advice: 'Others are being served first.' },
      stageGone: { title: 'A part of the service is not available', advice: 'It may be starting or restarting.' },
      deadline: {
        title: 'It took too long',
        advice: 'Choose a smaller enlargement or a smaller picture, or try when less is going on.',
      },
      stageFailed: {
        title: 'A step failed on this picture',
        advice: 'Nothing is shown rather than something wrong. Other options may work.',
      },
      internal: { title: 'Something went wrong inside the service', advice: 'Its log has the details.' },
    },
  },

  broken: {
    title: 'The page stumbled',
    text: 'Something in this page went wrong. Nothing was lost:',
    kept: (name: string) => `your photograph, ${name}, is kept.`,
    none: 'no photograph was open.',
    again: 'Carry on',
  },

  notFound: { title: 'There is nothing here', back: 'To the start' },
};

export type StageName = keyof typeof stages;
