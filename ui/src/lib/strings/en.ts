/** All text that the page shows, in English. The other dictionaries have its type. */
import type { AnyStage, FaceChoice, LowIdentity, MetadataChoice, Reason } from '../api/schema';
import { FILM_TITLES, formatsOf, wordsOf } from './words';

const words = wordsOf('en');
const { plural, number } = words;
const formats = formatsOf(words);
const films = () => words.either(FILM_TITLES);

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

export const en = {
  name: 'Visage',
  title: 'Visage: face photo restoration',
  description: 'Restores faces in old and blurry photos and shows what changed.',
  skip: 'Skip to main content',
  home: 'Visage, start page',
  theme: {
    change: (current: string, next: string) => `Theme: ${current}. Change to ${next}`,
    system: 'system',
    light: 'light',
    dark: 'dark',
  },
  language: 'Language',
  docs: 'API',
  privacy: 'Your photo is sent only to this service. It is kept in memory while it is processed, and is never stored.',
  dismiss: 'Dismiss',

  service: {
    checking: 'Checking the service',
    ready: 'Service ready',
    starting: 'Service starting',
    down: 'Service not reachable',
    startingNote: 'The service is still loading its models.',
    downNote: 'The service does not respond. This page keeps checking.',
    meantime: 'You can choose a photo in the meantime.',
    isBack: 'The service is available again.',
  },

  empty: {
    headline: 'Faces, back in focus.',
    lead: 'Restores faces in old, blurred and tiny photos. Keeps none of them, and tells you whether it is still the same person.',
    drop: 'Drop photos here',
    dropNow: 'Drop to use these photos',
    paste: 'or paste one from the clipboard',
    choose: 'Choose a photo',
    chooseTouch: 'Choose or take a photo',
    rules: (max: string) => `${formats.anyOf}, up to ${max}`,
    sample: 'Restore this one yourself',
    sampleCredit: 'Astronaut Eileen Collins, NASA, damaged on purpose',
    samples: 'Examples',
    sampleNames: { blur: 'Blurred', print: 'Old print', small: 'Tiny photo' },
  },

  problems: {
    title: (count: number) => plural(count, { one: 'One file was left out', other: '# files were left out' }),
    get type() {
      return `is not a file that the service reads (${formats.anyOf}). The content of the file counts, not its name.`;
    },
    knownType: (title: string) => `is a ${title} file. The service reads ${formats.allOf}.`,
    empty: 'is empty. Choose the original file again.',
    size: (size: string, max: string) => `has ${size}. The limit is ${max}.`,
    damaged: 'is damaged or incomplete. Copy or export it again from its source.',
    oneFilm: 'is a second film. One film at a time: finish or remove the other first.',
    link: 'A link to a picture was dropped. Save the picture first, then drop the file.',
    nothingPasted: 'There is no image in the clipboard. Copy an image first, then paste it here.',
    sample: 'The sample could not be loaded. Check the connection to the service and try again.',
  },

  photo: {
    alt: (name: string) => `Your photo, ${name}`,
    dimensions: 'Dimensions',
    file: 'File',
    result: 'Result',
    replace: 'Another photo',
    restore: 'Restore',
    fit: 'Make it fit',
    fitTo: (size: string) => `Make it fit (${size})`,
    fitted: 'Made smaller to fit the service.',
    tooManyInput: (has: string, max: string) => `This photo has ${has} megapixels. The service accepts at most ${max}.`,
    tooManyBytes: (has: string, max: string) => `This file has ${has}. The service accepts at most ${max}.`,
    tooManyOutput: (has: string, max: string) =>
      `The result would have ${has} megapixels. The service produces at most ${max}.`,
    enlargeBy: (factor: number) => `Enlarge ${factor}× instead`,
    tooSmall: (min: number) => `The shorter side has fewer than ${min} pixels. The service needs at least ${min}.`,
    large: 'The result will be large. Processing will take a while.',
  },

  findings: {
    faces: 'Faces',
    time: 'Time',
    asking: 'Looking …',
    found: (faces: number, chosen: number) =>
      faces === chosen ? number(faces) : `${number(chosen)} of ${number(faces)} to be restored`,
    about: (duration: string) => `about ${duration}`,
    none: 'No face was found. The photo can be enlarged as it is.',
    reasons: {
      already_sharp: (count: number) =>
        plural(count, {
          one: 'One face is already sharp. Restoring will change little, or not for the better.',
          other: '# faces are already sharp. Restoring will change little, or not for the better.',
        }),
      too_small: (count: number) =>
        plural(count, {
          one: 'One face is very small. It may come out as somebody else.',
          other: '# faces are very small. They may come out as somebody else.',
        }),
      bystander: (count: number) =>
        plural(count, {
          one: 'One face is out of focus in the background. It is left as it is unless you choose otherwise.',
          other: '# faces are out of focus in the background. They are left as they are unless you choose otherwise.',
        }),
    } satisfies Record<Reason, (count: number) => string>,
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
      help: 'If a face no longer looks like the same person, Blend mixes it with the original until it does, and Keep leaves the original.',
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
    format: {
      label: 'Save as',
      get help() {
        return `Lossless: ${formats.lossless}. The others are smaller: ${formats.smaller}.`;
      },
    },
    metadata: {
      label: 'Metadata of the photo',
      help: 'Date, camera, caption and rights. “Private” leaves out the place and serial numbers.',
      choices: { keep: 'Keep', private: 'Private', strip: 'Remove' } satisfies Record<MetadataChoice, string>,
    },
  },

  progress: {
    title: 'Restoring your photo',
    tellMe: 'Tell me when it is done',
    willTell: 'You will get a notification when it is done.',
    queued: 'Waiting for its turn',
    sent: 'Uploaded. Waiting to start',
    count: (done: number, total: number) => `${done} of ${total}`,
    times: (elapsed: string, remaining: string | null) =>
      remaining === null ? `${elapsed} so far` : `${elapsed} so far, about ${remaining} left`,
    received: (size: string) => `${size} received`,
    overall: 'Overall progress',
    done: 'done',
    running: 'in progress',
    waiting: 'not started',
    cancel: 'Cancel',
    canceled: 'Canceled. Your photo is still here.',
    stages: { ...stages, receive: 'Receiving the result' },
  },

  result: {
    title: 'Restored',
    announce: (faces: number, duration: string) =>
      `Done in ${duration}. ${plural(faces, { one: 'One face was restored.', other: '# faces were restored.' })}`,
    summary: (faces: number, found: number, duration: string) =>
      faces === found
        ? `${plural(faces, { one: 'One face', other: '# faces' })}, ${duration}`
        : `${faces} of ${plural(found, { one: 'one face', other: '# faces' })}, ${duration}`,
    warning: 'Check the result carefully',
    download: 'Download',
    composed: 'composed here',
    fromService: (format: string) => `${format} from the service`,
    asking: 'The service restores it in these strengths …',
    serviceFailed: 'The service could not do it now. Download has the picture that this browser composed.',
    copy: 'Copy',
    copied: 'Copied',
    copyFailed: 'The browser did not allow copying. Use Download instead.',
    share: 'Share',
    shareFailed: 'The browser could not share it. Use Download instead.',
    card: 'Save comparison',
    cardCaption: (identity: string | null, model: string) =>
      identity === null ? `Restored by AI · ${model}` : `Restored by AI · identity ${identity} · ${model}`,
    report: 'Report (JSON)',
    again: 'Restore again',
    changeOptions: 'Change options',
  },

  notes: {
    title: 'Good to know',
    more_pages: (count: number) =>
      plural(count, { one: 'The file has one page.', other: 'The file has # pages. Only the first was restored.' }),
    more_frames: (count: number) =>
      plural(count, { one: 'The file has one frame.', other: 'The file has # frames. Only the first was restored.' }),
    picture_sequence: 'The file also has a sequence of pictures. Only the still one was restored.',
    exif_lost: 'The date and camera data of this kind of file cannot be read, so the result has none.',
    picture_in_alpha: 'The picture was in the transparency alone, so it was put on white.',
    smaller_factor: (factor: number, wanted: number, max: string) =>
      `Enlarged ${factor}× instead of ${wanted}×: results have at most ${max} megapixels.`,
    no_transparency: (format: string) => `${format} has no transparency, so the picture was put on white.`,
    fewer_bits: (format: string, bits: number, of: number) =>
      `${format} is written with ${bits} bits a channel, fewer than the photo’s ${of}.`,
    no_facial_prior: 'The service runs without its network for faces: eyes and teeth were sharpened, not restored.',
    faces_left_out: (kept: number, found: number) => `Only the ${kept} largest of ${found} faces were restored.`,
    bystanders: (count: number) =>
      plural(count, {
        one: 'One face in the background is out of focus and was left as it is. An option restores it too.',
        other: '# faces in the background are out of focus and were left as they are. An option restores them too.',
      }),
    credentials_unreadable: 'The photo’s Content Credentials could not be read, so the result does not carry them on.',
    credentials_unsigned: 'The photo’s Content Credentials are not in the result, because this service does not sign.',
    kept_as_it_was: (number: number, identity: string) =>
      `Face ${number} was left as it was, to stay the same person (identity ${identity}).`,
    restored_less: (number: number, strength: string, identity: string) =>
      `Face ${number} was restored by ${strength} only, to stay the same person (identity ${identity}).`,
  },

  save: {
    title: 'Save as',
    format: 'Format',
    quality: 'Quality',
    help: 'Encoded in this browser: 8 bits a channel, no metadata.',
  },

  stage: {
    label: 'Before and after',
    hint: 'Plus and minus zoom. 0 shows the whole image. 1 shows actual pixels. Arrow keys move the image when it is zoomed in. Hold O to see the original. The question mark lists all keys.',
    handle: 'Divider between the original on the left and the restored image on the right',
    before: 'Original',
    after: 'Restored',
    against: 'Compare with',
    version: (number: number, options: string) => `Version ${number}: ${options}`,
    mode: 'View',
    modes: { slider: 'Slider', sides: 'Side by side', lens: 'Lens', difference: 'Difference' },
    differenceNote: 'Brighter means changed more.',
    hold: 'Hold to see the original',
    boxes: 'Face boxes',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    fit: 'Whole image',
    actualPixels: 'Actual pixels',
    fullScreen: 'Full screen',
    pan: { label: 'Move the image', left: 'Move left', right: 'Move right', up: 'Move up', down: 'Move down' },
    face: (number: number) => `Zoom to face ${number}`,
  },

  keys: {
    title: 'Keyboard',
    list: [
      ['Enter', 'Restore'],
      ['Esc', 'Cancel, or close'],
      ['S  Ctrl S', 'Download'],
      ['Ctrl C', 'Copy the result'],
      ['← →', 'Move the divider, or go from face to face'],
      ['N  P', 'Next face, previous face'],
      ['V', 'Next view: slider, side by side, lens, difference'],
      ['O', 'Hold to see the original'],
      ['+  −', 'Zoom'],
      ['0  1', 'Whole image, actual pixels'],
      ['B', 'Face boxes'],
      ['F', 'Full screen'],
      ['D', 'Show or hide the details beside the picture'],
      ['?', 'This list'],
    ],
    close: 'Close',
  },

  panel: { hide: 'Hide the details', show: 'Show the details' },

  strengths: {
    title: 'Strength of the restoration',
    all: 'All faces',
    face: (number: number) => `Face ${number}`,
    differ: (value: string) => `${value} on average`,
    identity: (value: string) => `Identity about ${value} at this strength.`,
    mark: (strength: string, identity: string) =>
      `Up to ${strength}, the mark on the slider, the identity is at least ${identity}.`,
    reset: 'Reset strengths',
    failed: 'This browser cannot compose the picture. The service can.',
  },

  trust: {
    title: 'Still the same person?',
    same: 'Yes',
    unknown: 'Cannot be told',
    look: 'Look again',
    nobody: 'No face was restored',
    sameText: (count: number) =>
      plural(count, {
        one: 'To a face recognition network, the restored face is the same person.',
        other: 'To a face recognition network, all # restored faces are the same people.',
      }),
    unknownText: (count: number, of: number) =>
      of === 1
        ? 'The face is too small or too blurry in the photo to tell.'
        : plural(count, {
            one: `One of ${of} faces is too small or too blurry in the photo to tell.`,
            other: `# of ${of} faces are too small or too blurry in the photo to tell.`,
          }),
    lookText: (count: number) =>
      plural(count, {
        one: 'One face may no longer look like the same person.',
        other: '# faces may no longer look like the same person.',
      }),
    scale: (value: string) => `Identity ${value} on a scale from 0 to 1. Strangers reach up to about 0.4.`,
    strangers: 'strangers',
    samePerson: 'same person',
    worst: (number: number) => `Look at face ${number}`,
  },

  metrics: {
    title: 'For experts',
    againstInput:
      'Compared with your photo, enlarged without AI. The values show how much was changed, not how good the result looks.',
    againstReference: 'Compared with the reference image that was sent with the photo.',
    psnr: { name: 'PSNR', description: 'Pixel by pixel, in decibels. Above 40 there is almost no difference.' },
    ssim: { name: 'SSIM', description: 'Edges and textures. 1 means identical.' },
    lpips: { name: 'LPIPS', description: 'How different the images look to a network. 0 means identical.' },
    identity: { name: 'Identity', description: 'Similarity of the face that changed most. 1 means identical.' },
  },

  faces: {
    title: 'Faces',
    whole: 'Whole picture',
    one: (number: number) => `Face ${number}`,
    kinds: {
      sure: (value: string) => `identity ${value}, the same person`,
      doubtful: (value: string) => `identity ${value}, look again`,
      unknown: 'too small or blurry to tell',
      unchanged: 'left unchanged',
    },
    zoom: (number: number, state: string) => `Face ${number}: ${state}. Zoom in on both sides`,
  },

  times: {
    title: 'Processing time',
    total: (duration: string) => `${duration} in total. Some steps run at the same time.`,
  },

  tray: {
    label: 'Photos in this tab',
    all: 'All photos',
    note: 'The photos stay in this tab until you close it.',
    open: (name: string, state: string) => `${name}: ${state}`,
    remove: (name: string) => `Remove ${name}`,
    removed: (name: string) => `${name} was removed.`,
    undo: 'Undo',
    states: {
      ready: 'not started',
      queued: 'waiting',
      uploading: 'uploading',
      processing: 'in progress',
      done: 'restored',
      failed: 'failed',
    },
  },

  batch: {
    title: (count: number) => plural(count, { one: 'One photo', other: '# photos' }),
    summary: (done: number, failed: number, left: number) =>
      [
        ...(done > 0 || failed + left === 0 ? [plural(done, { one: 'one restored', other: '# restored' })] : []),
        ...(failed > 0 ? [plural(failed, { one: 'one failed', other: '# failed' })] : []),
        ...(left > 0 ? [plural(left, { one: 'one to go', other: '# to go' })] : []),
      ].join(', '),
    start: (count: number) => plural(count, { one: 'Restore one photo', other: 'Restore # photos' }),
    cancel: 'Cancel all',
    retry: 'Try again',
    retryAll: (count: number) =>
      plural(count, { one: 'Try one failed photo again', other: 'Try # failed photos again' }),
    final: (count: number) =>
      plural(count, {
        one: 'One would fail again as it is. Open it to see what helps.',
        other: '# would fail again as they are. Open them to see what helps.',
      }),
    zip: (count: number) => plural(count, { one: 'Download one (ZIP)', other: 'Download all # (ZIP)' }),
    zipping: 'Packing …',
    csv: 'Report (CSV)',
    json: 'Report (JSON)',
    add: 'Add photos',
    clear: 'Remove all',
    opening: (done: number, total: number) => `Opening ${done} of ${total}`,
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
    keyLabel: 'API key',
    useKey: 'Use this key',
    enlarge: 'Enlarge it without faces',
    kept: 'Your photo and options are still here.',
    kinds: {
      unreachable: {
        title: 'The service does not respond',
        advice: 'It may be switched off, or the network may be down.',
      },
      gateway: {
        title: 'The service could not be reached',
        advice: 'Something between this page and the service answered instead. It usually recovers within a minute.',
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
      pixels: { title: 'The photo has too many pixels', advice: 'Enlarge the photo less, or make the photo smaller.' },
      type: {
        title: 'The service cannot read this file',
        get advice() {
          return `Save the photo as ${formats.anyOf} and try again.`;
        },
      },
      damaged: { title: 'The photo cannot be decoded', advice: 'Export or copy it again from its source.' },
      small: {
        title: 'The photo is too small',
        advice: 'Its shorter side has fewer pixels than any face needs. Choose a larger version of it.',
      },
      complex: {
        title: 'The file takes too much work to read',
        advice: 'Open the photo in another program and save it anew.',
      },
      proportions: {
        title: 'The photo is too long and narrow',
        advice: 'Crop the part with the faces and try again.',
      },
      forbidden: {
        title: 'The service does not allow this',
        advice: 'Its operator decides which addresses, pages and keys may use it.',
      },
      option: { title: 'The service did not accept the request', advice: 'Change the options and try again.' },
      key: {
        title: 'This service asks for an API key',
        advice:
          'Its operator hands them out. The key stays in the memory of this tab alone, and is gone when you close it.',
      },
      noFace: {
        title: 'No face was found',
        advice:
          'Faces that are very small, turned away, or mostly hidden are not detected. Try a closer crop, or enlarge the photo as it is.',
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
      gone: {
        title: 'The job is no longer there',
        advice:
          'Results are kept for a while only, and canceled jobs not at all. Choose the file and restore it again.',
      },
      internal: { title: 'Something went wrong inside the service', advice: 'The service log has the details.' },
    },
  },

  film: {
    privacy:
      'Your film is sent only to this service. It is kept in memory, its result for a while, and never on a disk.',
    rules: (max: string) => `Or a film: ${films()}, up to ${max}`,
    rulesElsewhere: 'Films are restored by the command line: visage video',
    unnamed: 'Film',
    poster: 'A picture of your film',
    length: 'Length',
    faces: (count: number) => plural(count, { one: 'one in this picture', other: '# in this picture' }),
    canceled: 'Canceled. Your film is still here.',
    notShown: 'This browser cannot play this film, so it is not shown. The service can restore it all the same.',
    tooLarge: 'The pictures of the result would have too many pixels.',
    takesNone: 'This service takes no films.',
    tooManyBytes: (has: string, max: string) => `This film has ${has}. This service takes at most ${max}.`,
    tooLong: (has: string, max: string) => `This film takes ${has}. This service takes at most ${max}.`,
    tooManyPixels: (has: string, max: string) =>
      `Its pictures have ${has} megapixels each. This service takes at most ${max}.`,
    commandLine: 'Where Visage is installed, the command line restores it, without these limits:',
    copyCommand: 'Copy the command',
    copyFailed: 'The browser did not allow copying. Select the command instead.',
    another: 'Another file',
    close: 'Remove the film',
    deinterlace: { label: 'Deinterlace', help: 'For recordings of television whose edges look like combs.' },
    codecHelp: 'Browsers play H.264. FFV1 is lossless and large.',
    working: 'Restoring your film',
    uploading: 'Uploading the film',
    position: (position: number) => `Number ${position} in the queue`,
    lost: 'The service does not answer. It goes on with the film; this page keeps asking.',
    address: 'You may close this page: its address leads back to the film. Whoever has the address sees the film too.',
    failed: 'The film could not be restored',
    play: 'Play',
    pause: 'Pause',
    mute: 'Sound off',
    unmute: 'Sound on',
    time: 'Position in the film',
    notPlayed: 'This browser cannot play the result. The download has it.',
    originalGone: 'The service keeps no original. Choose it once more to compare both.',
    chooseOriginal: 'Choose the original',
    otherFilm: 'This is another film: its length or its shape differs, or this browser cannot play it.',
    pictures: 'Pictures',
    shots: 'Shots',
    identity: (mean: string, least: string) => `${mean} on average, at least ${least}`,
    flicker: 'Flicker of faces',
    flickerValues: (before: string, after: string) => `${before} before, ${after} now`,
    interlaced: (count: number) =>
      plural(count, {
        one: 'One picture has two fields and was restored as it is. Deinterlace makes it whole.',
        other: '# pictures have two fields and were restored as they are. Deinterlace makes them whole.',
      }),
    leftOut: 'Not in the result',
  },

  part: {
    failed: 'This part of the page could not be loaded.',
    retry: 'Load it again',
  },

  pageError: {
    title: 'Something went wrong on this page',
    text: 'Nothing was lost.',
    kept: (count: number) =>
      plural(count, { one: 'Your photo is still here.', other: 'Your # photos are still here.' }),
    none: 'No photo was open.',
    continue: 'Continue',
  },

  notFound: { title: 'Page not found', back: 'Go to the start page' },
};
