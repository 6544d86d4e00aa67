/** All text that the page shows. */
import { INPUT_FORMATS, OUTPUT_FORMATS } from './api/constants';
import type { AnyStage, FaceChoice, LowIdentity } from './api/schema';

const either = new Intl.ListFormat('en', { type: 'disjunction' });
const all = new Intl.ListFormat('en', { type: 'conjunction' });

/** `JPEG, PNG or WebP` */
const accepted = either.format(INPUT_FORMATS.map(({ title }) => title));

/** `PNG is lossless. JPEG files are smaller.` */
function compareFormats(): string {
  const titles = (always: boolean) =>
    OUTPUT_FORMATS.filter((format) => (format.lossless === 'always') === always).map(({ title }) => title);
  const verb = titles(true).length === 1 ? 'is' : 'are';
  return `${all.format(titles(true))} ${verb} lossless. ${all.format(titles(false))} files are smaller.`;
}

/** The steps in which the service reports progress, times and errors. `waiting` occurs only among the times. */
const stages = {
  upload: 'Uploading the photo',
  detector: 'Finding faces',
  restorer: 'Restoring faces',
  upscaler: 'Enlarging the photo',
  compose: 'Blending in the faces',
  verifier: 'Checking identity',
  metrics: 'Measuring the difference',
  encode: 'Preparing the result',
  decode: 'Reading the photo',
  request: 'Checking the request',
  ingress: 'Accepting the request',
  weights: 'Loading a model',
  internal: 'Inside the service',
  waiting: 'Waiting and moving data',
} satisfies Record<AnyStage | 'waiting', string>;

export const strings = {
  name: 'Visage',
  title: 'Visage: face photo restoration',
  description: 'Restores faces in old and blurry photos and shows what changed.',
  skip: 'Skip to main content',
  theme: { label: 'Theme', system: 'system', light: 'light', dark: 'dark' },
  docs: 'API',
  privacy: 'Your photo is sent only to this service. It is kept in memory while it is processed, and is never stored.',

  service: {
    checking: 'Checking the service',
    ready: 'Service ready',
    starting: 'Service starting',
    down: 'Service not reachable',
    startingNote: 'The service is still loading its models. You can choose a photo in the meantime.',
    downNote: 'The service does not respond. This page keeps checking. You can choose a photo in the meantime.',
  },

  empty: {
    headline: 'Faces, back in focus.',
    lead: 'Drop an old print, a blurry scan, or a small photo here and compare the result.',
    drop: 'Drop a photo here',
    dropNow: 'Drop to use this photo',
    paste: 'or paste one from the clipboard',
    choose: 'Choose a photo',
    rules: (max: string) => `${accepted}, up to ${max}`,
    sample: 'No photo? Try this one',
    sampleCredit: 'Astronaut Eileen Collins, NASA',
    sampleAlt: 'Portrait of the astronaut Eileen Collins in an orange suit',
  },

  problems: {
    type: {
      title: `This file is not a ${accepted}`,
      advice: `The content of the file counts, not its name. Save the photo as ${accepted} and try again.`,
    },
    empty: { title: 'This file is empty', advice: 'Choose the original file again.' },
    size: {
      title: (size: string, max: string) => `This file is too large: ${size}. The limit is ${max}`,
      advice: 'Save it as a JPEG with more compression, or reduce its dimensions.',
    },
    damaged: {
      title: 'This photo cannot be opened',
      advice: 'The file is damaged or incomplete. Copy or export it again from its source.',
    },
    many: { title: 'One photo at a time', advice: 'Only the first photo was used.' },
    nothingPasted: {
      title: 'There is no image in the clipboard',
      advice: 'Copy an image first, then paste it here.',
    },
    sample: { title: 'The sample could not be loaded', advice: 'Check the connection to the service and try again.' },
    dismiss: 'Dismiss',
  },

  photo: {
    alt: (name: string) => `Your photo, ${name}`,
    dimensions: 'Dimensions',
    file: 'File',
    result: 'Result',
    replace: 'Another photo',
    restore: 'Restore',
    tooManyInput: (has: string, max: string) =>
      `This photo has ${has} megapixels. The service accepts at most ${max}. Make the photo smaller first.`,
    tooManyOutput: (has: string, max: string, factor: number) =>
      `The result would have ${has} megapixels. The service produces at most ${max}. ${
        factor > 0 ? `Under Options choose ${factor}×.` : 'Make the photo smaller first.'
      }`,
    tooSmall: (min: number) => `The shorter side has fewer than ${min} pixels. The service needs at least ${min}.`,
    large: 'The result will be large. Processing will take a while.',
  },

  options: {
    title: 'Options',
    reset: 'Reset to defaults',
    factor: { label: 'Enlarge', times: (factor: number) => `${factor}×` },
    strength: {
      label: 'Strength',
      help: 'How much of the restored face replaces the original. A lower value keeps more of the original.',
    },
    faces: {
      label: 'Faces',
      help: 'Which faces to restore.',
      choices: { all: 'All', none: 'None', largest: 'Largest', center: 'Central' } satisfies Record<FaceChoice, string>,
    },
    identity: {
      label: 'If a face changes too much',
      help: 'A face that no longer looks like the same person can be blended with the original until it does.',
      choices: { warn: 'Warn', blend: 'Blend', keep: 'Keep' } satisfies Record<LowIdentity, string>,
    },
    bystanders: {
      label: 'Restore blurred bystanders',
      help: 'Small faces that are out of focus in the background are otherwise left as they are.',
    },
    color: { label: 'Keep the original colors', help: 'Matches the colors of each restored face to the photo.' },
    grain: { label: 'Match the grain', help: 'Gives restored faces the grain of what surrounds them.' },
    background: {
      label: 'Enhance the background',
      help: 'When this is off, everything outside the faces is enlarged without AI, which is faster.',
    },
    format: { label: 'Save as', help: compareFormats() },
  },

  progress: {
    title: 'Restoring your photo',
    sent: 'Uploaded. Waiting to start',
    percent: (percent: number) => `${percent} %`,
    count: (done: number, total: number) => `${done} of ${total}`,
    overall: 'Overall progress',
    done: 'done',
    running: 'in progress',
    waiting: 'not started',
    cancel: 'Cancel',
    canceled: 'Canceled. Your photo is still here.',
    stages,
  },

  result: {
    title: 'Restored',
    announce: (faces: number, duration: string) =>
      `Done in ${duration}. ${faces === 1 ? 'One face was' : `${faces} faces were`} restored.`,
    summary: (faces: number, found: number, duration: string) =>
      `${faces === found ? (faces === 1 ? 'One face' : `${faces} faces`) : `${faces} of ${found} faces`}, ${duration}`,
    warning: 'Check the result carefully',
    download: 'Download',
    copy: 'Copy',
    copied: 'Copied',
    copyFailed: 'The browser did not allow copying. Use Download instead.',
    report: 'Report (JSON)',
    changeOptions: 'Change options',
    another: 'Another photo',
  },

  beforeAfter: {
    label: 'Before and after',
    hint: 'Plus and minus zoom. 0 shows the whole image. 1 shows actual pixels. Arrow keys move the image when it is zoomed in. Hold O to see the original.',
    handle: 'Divider between the original on the left and the restored image on the right',
    before: 'Original',
    after: 'Restored',
    both: 'Compare',
    mode: 'What to show',
    hold: 'Hold to see the original',
    boxes: 'Face boxes',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    fit: 'Whole image',
    actualPixels: 'Actual pixels',
    zoom: (percent: number) => `${percent} %`,
    divider: { left: 'Move the divider left', right: 'Move the divider right' },
    pan: { left: 'Move left', right: 'Move right', up: 'Move up', down: 'Move down' },
    face: (number: number) => `Zoom to face ${number}`,
  },

  metrics: {
    title: 'Difference from the original',
    againstInput:
      'Compared with your photo, enlarged without AI. The values show how much was changed, not how good the result looks.',
    againstReference: 'Compared with the reference image that was sent with the photo.',
    explain: 'What does this mean?',
    psnr: {
      name: 'Pixel fidelity',
      short: 'PSNR',
      unit: ' dB',
      description:
        'Compares the images pixel by pixel. Above 40 dB there is almost no difference. A restoration that adds real detail lowers this value, so a lower value is not necessarily worse.',
      grades: ['almost unchanged', 'close to the original', 'clearly changed', 'strongly changed'],
    },
    ssim: {
      name: 'Structure',
      short: 'SSIM',
      unit: '',
      description: 'Compares edges and textures. 1 means identical. It cannot tell whether new detail is correct.',
      grades: ['unchanged', 'mostly unchanged', 'clearly changed', 'strongly changed'],
    },
    lpips: {
      name: 'Visible difference',
      short: 'LPIPS',
      unit: '',
      description:
        'How different the two images look to a network trained on human judgment. 0 means identical. It does not say which of the two looks better.',
      grades: ['hardly visible', 'visible', 'clearly visible', 'very strong'],
    },
    identity: {
      name: 'Same person',
      short: 'Identity',
      unit: '',
      description:
        'How similar the faces are to a face recognition network. The value is for the face that changed most. 1 means identical. It is not reliable for faces that were small or very blurry in the photo.',
      grades: ['very similar', 'similar', 'uncertain', 'may be a different person'],
    },
  },

  faces: {
    title: 'Faces',
    one: (number: number) => `Face ${number}`,
    similarity: (value: string) => `Identity ${value}`,
    reliable: 'reliable score',
    unreliable: 'too small or blurry for a reliable score',
    unchanged: 'left unchanged',
    zoom: (number: number) => `Face ${number}: zoom in on both sides`,
  },

  times: {
    title: 'Processing time',
    total: (duration: string) => `${duration} in total. Some steps run at the same time.`,
  },

  failure: {
    stage: (stage: string) => `Step: ${stage}`,
    code: (status: number) => `Code ${status}`,
    retry: 'Try again',
    retryNow: 'Try now',
    stopWaiting: 'Stop waiting',
    waiting: (seconds: number) => `Trying again automatically in ${seconds} s`,
    gaveUp: 'Several attempts failed. You can try again at any time.',
    back: 'Change options',
    another: 'Another photo',
    serviceIsBack: 'The service is available again.',
    kept: 'Your photo and options are still here.',
    kinds: {
      unreachable: {
        title: 'The service does not respond',
        advice: 'It may be switched off, or the network may be down. Nothing was processed.',
      },
      lost: {
        title: 'The connection was lost',
        advice: 'The service stopped responding during processing. It usually comes back within a minute.',
      },
      garbled: {
        title: 'The response could not be read',
        advice: 'Something between this page and the service answered instead, or their versions do not match.',
      },
      slow: { title: 'The upload took too long', advice: 'Try a faster connection or a smaller file.' },
      bytes: { title: 'The file is too large', advice: 'Save it with more compression, or make the photo smaller.' },
      pixels: {
        title: 'The photo has too many pixels',
        advice: 'Enlarge the photo less, or make the photo smaller.',
      },
      type: { title: 'The service cannot read this file', advice: `Save the photo as ${accepted} and try again.` },
      damaged: { title: 'The photo cannot be decoded', advice: 'Export or copy it again from its source.' },
      option: { title: 'The service did not accept the request', advice: 'Change the options and try again.' },
      noFace: {
        title: 'No face was found',
        advice: 'Faces that are very small, turned away, or mostly hidden are not detected. Try a closer crop.',
      },
      rate: { title: 'Too many requests', advice: 'The service limits how many requests one address may send.' },
      busy: { title: 'The service is busy', advice: 'Other requests are processed first.' },
      stageGone: { title: 'Part of the service is not available', advice: 'It may be starting or restarting.' },
      deadline: {
        title: 'Processing took too long',
        advice: 'Enlarge the photo less, choose a smaller photo, or try again when the service is less busy.',
      },
      stageFailed: {
        title: 'A step failed on this photo',
        advice: 'No result is shown, because it could be wrong. Other options may work.',
      },
      internal: { title: 'Something went wrong inside the service', advice: 'The service log has the details.' },
    },
  },

  pageError: {
    title: 'Something went wrong on this page',
    text: 'Nothing was lost.',
    kept: (name: string) => `Your photo, ${name}, is still here.`,
    none: 'No photo was open.',
    continue: 'Continue',
  },

  notFound: { title: 'Page not found', back: 'Go to the start page' },
};
