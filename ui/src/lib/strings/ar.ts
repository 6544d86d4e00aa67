/** Arabic, from right to left. */
import type { Translation } from '.';
import { FILM_TITLES, formatsOf, wordsOf } from './words';

const words = wordsOf('ar');
const { plural, number } = words;
const formats = formatsOf(words);
const films = () => words.either(FILM_TITLES);

/** `3 وجوه`: a number of faces in the nominative. */
const facesOf = (count: number) =>
  plural(count, { zero: 'لا وجوه', one: 'وجه واحد', two: 'وجهان', few: '# وجوه', many: '# وجهًا', other: '# وجه' });
const photosOf = (count: number) =>
  plural(count, { zero: 'لا صور', one: 'صورة واحدة', two: 'صورتان', few: '# صور', many: '# صورة', other: '# صورة' });

/** `2×`, isolated: the sign would change sides with what is around it. */
const times = (factor: number) => `\u2066${factor}×\u2069`;

export const ar: Translation = {
  name: 'Visage',
  title: 'Visage: ترميم الوجوه في الصور',
  description: 'يرمّم الوجوه في الصور القديمة وغير الواضحة ويبيّن ما تغيّر.',
  skip: 'انتقل إلى المحتوى الرئيسي',
  home: 'Visage، صفحة البداية',
  theme: {
    change: (current, next) => `المظهر: ${current}. التبديل إلى ${next}`,
    system: 'النظام',
    light: 'فاتح',
    dark: 'داكن',
  },
  language: 'اللغة',
  docs: 'API',
  privacy: 'تُرسَل صورتك إلى هذه الخدمة وحدها. تبقى في الذاكرة أثناء معالجتها ولا تُخزَّن أبدًا.',
  dismiss: 'إغلاق',

  service: {
    checking: 'جارٍ فحص الخدمة',
    ready: 'الخدمة جاهزة',
    starting: 'الخدمة تبدأ العمل',
    down: 'تعذّر الوصول إلى الخدمة',
    startingNote: 'ما زالت الخدمة تحمّل نماذجها.',
    downNote: 'الخدمة لا تستجيب. ستواصل هذه الصفحة المحاولة.',
    meantime: 'يمكنك اختيار صورة في هذه الأثناء.',
    isBack: 'الخدمة متاحة من جديد.',
  },

  empty: {
    headline: 'وجوه تستعيد وضوحها.',
    lead: 'يرمّم الوجوه في الصور القديمة والضبابية والصغيرة. لا يحتفظ بأي منها، ويخبرك هل ما زال الشخص نفسه.',
    drop: 'أفلت الصور هنا',
    dropNow: 'أفلت لاستخدام هذه الصور',
    paste: 'أو ألصق صورة من الحافظة',
    choose: 'اختر صورة',
    chooseTouch: 'اختر صورة أو التقطها',
    rules: (max) => `${formats.anyOf}، حتى ${max}`,
    sample: 'رمّم هذه بنفسك',
    sampleCredit: 'رائدة الفضاء آيلين كولينز، ناسا، أُتلفت عمدًا',
    samples: 'أمثلة',
    sampleNames: { blur: 'ضبابية', print: 'صورة قديمة', small: 'صغيرة جدًا' },
  },

  problems: {
    title: (count) =>
      plural(count, {
        zero: 'لم يُستبعد أي ملف',
        one: 'استُبعد ملف واحد',
        two: 'استُبعد ملفان',
        few: 'استُبعدت # ملفات',
        many: 'استُبعد # ملفًا',
        other: 'استُبعد # ملف',
      }),
    get type() {
      return `ليس ملفًا تقرؤه الخدمة (${formats.anyOf}). العبرة بمحتوى الملف لا باسمه.`;
    },
    knownType: (title) => `ملف ${title}. تقرأ الخدمة ${formats.allOf}.`,
    empty: 'ملف فارغ. اختر الملف الأصلي من جديد.',
    size: (size, max) => `حجمه ${size}. الحد الأقصى ${max}.`,
    damaged: 'تالف أو غير مكتمل. انسخه أو صدّره من مصدره من جديد.',
    oneFilm: 'فيلم ثانٍ. فيلم واحد في كل مرة: أكمل الآخر أو أزله أولًا.',
    link: 'أُفلت رابط إلى صورة. احفظ الصورة أولًا ثم أفلت الملف.',
    nothingPasted: 'لا توجد صورة في الحافظة. انسخ صورة أولًا ثم ألصقها هنا.',
    sample: 'تعذّر تحميل المثال. تحقّق من الاتصال بالخدمة وأعد المحاولة.',
  },

  photo: {
    alt: (name) => `صورتك، ${name}`,
    dimensions: 'الأبعاد',
    file: 'الملف',
    result: 'النتيجة',
    replace: 'صورة أخرى',
    restore: 'رمّم',
    fit: 'صغّرها لتناسب',
    fitTo: (size) => `صغّرها لتناسب (${size})`,
    fitted: 'صُغّرت لتناسب الخدمة.',
    tooManyInput: (has, max) => `في هذه الصورة ${has} ميغابكسل. تقبل الخدمة ${max} على الأكثر.`,
    tooManyBytes: (has, max) => `حجم هذا الملف ${has}. تقبل الخدمة ${max} على الأكثر.`,
    tooManyOutput: (has, max) => `ستكون النتيجة ${has} ميغابكسل. تُنتج الخدمة ${max} على الأكثر.`,
    enlargeBy: (factor) => `كبّر ${times(factor)} بدلًا من ذلك`,
    tooSmall: (min) => `الضلع الأقصر أقل من ${min} بكسل. تحتاج الخدمة إلى ${min} على الأقل.`,
    large: 'ستكون النتيجة كبيرة. ستستغرق المعالجة بعض الوقت.',
  },

  findings: {
    faces: 'الوجوه',
    time: 'الوقت',
    asking: 'جارٍ النظر…',
    found: (faces, chosen) => (faces === chosen ? number(faces) : `سيُرمَّم ${number(chosen)} من ${number(faces)}`),
    about: (duration) => `نحو ${duration}`,
    none: 'لم يُعثر على وجه. يمكن تكبير الصورة كما هي.',
    reasons: {
      already_sharp: (count) => `واضح من قبل: ${facesOf(count)}. لن يغيّر الترميم كثيرًا، أو لن يكون للأفضل.`,
      too_small: (count) => `صغير جدًا: ${facesOf(count)}. قد يخرج وجه شخص آخر.`,
      bystander: (count) => `خارج التركيز في الخلفية: ${facesOf(count)}. تبقى كما هي ما لم تختر غير ذلك.`,
    },
  },

  options: {
    title: 'الخيارات',
    reset: 'استعادة الافتراضي',
    factor: { label: 'التكبير', times },
    strength: {
      label: 'القوة',
      help: 'مقدار ما يحل الوجه المرمَّم محل الأصل. القيمة الأقل تُبقي من الأصل أكثر.',
    },
    faces: {
      label: 'الوجوه',
      help: 'الوجوه المراد ترميمها.',
      choices: { all: 'الكل', none: 'لا شيء', largest: 'الأكبر', center: 'الأوسط' },
    },
    identity: {
      label: 'إذا تغيّر وجه أكثر مما ينبغي',
      help: 'إذا لم يعد الوجه يشبه الشخص نفسه: «مزج» يخلطه بالأصل حتى يشبهه، و«إبقاء» يترك الأصل.',
      choices: { warn: 'تنبيه', blend: 'مزج', keep: 'إبقاء' },
    },
    bystanders: {
      label: 'ترميم الوجوه الضبابية في الخلفية',
      help: 'وإلا تُترك الوجوه الصغيرة خارج التركيز في الخلفية كما هي.',
    },
    color: { label: 'الإبقاء على الألوان الأصلية', help: 'يوافق ألوان كل وجه مرمَّم مع الصورة.' },
    grain: { label: 'مطابقة التحبّب', help: 'يعطي الوجوه المرمَّمة تحبّب ما يحيط بها.' },
    background: {
      label: 'تحسين الخلفية',
      help: 'عند إيقافه يُكبَّر كل ما عدا الوجوه من دون ذكاء اصطناعي، وهو أسرع.',
    },
    format: {
      label: 'الحفظ بصيغة',
      get help() {
        return `بلا فقد: ${formats.lossless}. أصغر حجمًا: ${formats.smaller}.`;
      },
    },
    metadata: {
      label: 'بيانات الصورة الوصفية',
      help: 'التاريخ والكاميرا والوصف والحقوق. «خاص» يحذف المكان والأرقام التسلسلية.',
      choices: { keep: 'إبقاء', private: 'خاص', strip: 'حذف' },
    },
  },

  progress: {
    title: 'جارٍ ترميم صورتك',
    tellMe: 'أعلمني عند الانتهاء',
    willTell: 'سيصلك إشعار عند الانتهاء.',
    queued: 'تنتظر دورها',
    sent: 'رُفعت، وتنتظر البدء',
    count: (done, total) => `${done} من ${total}`,
    times: (elapsed, remaining) => (remaining === null ? `مضى ${elapsed}` : `مضى ${elapsed}، بقي نحو ${remaining}`),
    received: (size) => `استُلم ${size}`,
    overall: 'التقدّم الإجمالي',
    done: 'تم',
    running: 'جارٍ',
    waiting: 'لم يبدأ',
    cancel: 'إلغاء',
    canceled: 'أُلغي. صورتك ما زالت هنا.',
    stages: {
      upload: 'رفع الصورة',
      detector: 'البحث عن الوجوه',
      restorer: 'ترميم الوجوه',
      upscaler: 'تكبير الصورة',
      compose: 'دمج الوجوه',
      verifier: 'التحقق من الهوية',
      metrics: 'قياس الفرق',
      encode: 'تجهيز النتيجة',
      decode: 'قراءة الصورة',
      request: 'فحص الطلب',
      ingress: 'قبول الطلب',
      weights: 'تحميل نموذج',
      internal: 'داخل الخدمة',
      waiting: 'الانتظار ونقل البيانات',
      receive: 'استلام النتيجة',
    },
  },

  result: {
    title: 'تم الترميم',
    announce: (faces, duration) => `تم في ${duration}. رُمّم: ${facesOf(faces)}.`,
    summary: (faces, found, duration) =>
      faces === found ? `${facesOf(faces)}، ${duration}` : `${faces} من ${facesOf(found)}، ${duration}`,
    warning: 'تحقّق من النتيجة بعناية',
    download: 'تنزيل',
    composed: 'رُكّبت هنا',
    fromService: (format) => `${format} من الخدمة`,
    asking: 'ترمّمها الخدمة بهذه القوة…',
    serviceFailed: 'لم تستطع الخدمة الآن. «تنزيل» يعطيك الصورة التي ركّبها هذا المتصفح.',
    copy: 'نسخ',
    copied: 'نُسخت',
    copyFailed: 'لم يسمح المتصفح بالنسخ. استخدم «تنزيل».',
    share: 'مشاركة',
    shareFailed: 'تعذّرت المشاركة في المتصفح. استخدم «تنزيل».',
    card: 'حفظ المقارنة',
    cardCaption: (identity, model) =>
      identity === null
        ? `رُمّمت بالذكاء الاصطناعي · ${model}`
        : `رُمّمت بالذكاء الاصطناعي · التشابه ${identity} · ${model}`,
    report: 'تقرير (JSON)',
    again: 'رمّم من جديد',
    changeOptions: 'تغيير الخيارات',
  },

  notes: {
    title: 'للعلم',
    more_pages: (count) => `عدد صفحات الملف: ${number(count)}. رُمّمت الأولى وحدها.`,
    more_frames: (count) => `عدد إطارات الملف: ${number(count)}. رُمّم الأول وحده.`,
    picture_sequence: 'في الملف سلسلة صور أيضًا. رُمّمت الصورة الثابتة وحدها.',
    exif_lost: 'لا يمكن قراءة التاريخ وبيانات الكاميرا في هذا النوع من الملفات، فلا توجد في النتيجة.',
    picture_in_alpha: 'كانت الصورة في الشفافية وحدها، فوُضعت على خلفية بيضاء.',
    smaller_factor: (factor, wanted, max) => `كُبّرت ${factor}× بدلًا من ${wanted}×: النتيجة ${max} ميغابكسل على الأكثر.`,
    no_transparency: (format) => `لا تدعم ${format} الشفافية، فوُضعت الصورة على خلفية بيضاء.`,
    fewer_bits: (format, bits, of) => `تُكتب ${format} بعمق ${bits} بت لكل قناة، أقل من ${of} في الصورة.`,
    no_facial_prior: 'تعمل الخدمة من دون شبكة الوجوه: زيدت حدّة العينين والأسنان ولم تُرمَّم.',
    faces_left_out: (kept, found) => `رُمّمت أكبر الوجوه وحدها: ${kept} من ${found}.`,
    bystanders: (count) => `وجوه خارج التركيز في الخلفية تُركت كما هي: ${number(count)}. يمكن ترميمها من الخيارات.`,
    credentials_unreadable: 'تعذّرت قراءة بيانات Content Credentials للصورة، فلا تحملها النتيجة.',
    credentials_unsigned: 'بيانات Content Credentials للصورة ليست في النتيجة، لأن هذه الخدمة لا توقّع.',
    kept_as_it_was: (number, identity) => `تُرك الوجه ${number} كما هو ليبقى الشخص نفسه (التشابه ${identity}).`,
    restored_less: (number, strength, identity) =>
      `رُمّم الوجه ${number} بنسبة ${strength} فقط ليبقى الشخص نفسه (التشابه ${identity}).`,
  },

  save: {
    title: 'الحفظ بصيغة',
    format: 'الصيغة',
    quality: 'الجودة',
    help: 'رُمّزت في هذا المتصفح: 8 بت لكل قناة، بلا بيانات وصفية.',
  },

  stage: {
    label: 'قبل وبعد',
    hint: 'الزائد والناقص للتكبير والتصغير. 0 يعرض الصورة كلها. 1 يعرض البكسلات الفعلية. مفاتيح الأسهم تحرّك الصورة المكبَّرة. اضغط O مطوّلًا لرؤية الأصل. علامة الاستفهام تعرض كل المفاتيح.',
    handle: 'الفاصل بين الأصل على اليسار والصورة المرمَّمة على اليمين',
    before: 'الأصل',
    after: 'بعد الترميم',
    against: 'قارن مع',
    version: (number, options) => `النسخة ${number}: ${options}`,
    mode: 'العرض',
    modes: { slider: 'فاصل', sides: 'جنبًا إلى جنب', lens: 'عدسة', difference: 'الفرق' },
    differenceNote: 'الأفتح يعني تغيّرًا أكثر.',
    hold: 'اضغط مطوّلًا لرؤية الأصل',
    boxes: 'إطارات الوجوه',
    zoomIn: 'تكبير',
    zoomOut: 'تصغير',
    fit: 'الصورة كلها',
    actualPixels: 'البكسلات الفعلية',
    fullScreen: 'ملء الشاشة',
    pan: { label: 'تحريك الصورة', left: 'إلى اليسار', right: 'إلى اليمين', up: 'إلى الأعلى', down: 'إلى الأسفل' },
    face: (number) => `تكبير الوجه ${number}`,
  },

  keys: {
    title: 'لوحة المفاتيح',
    list: [
      ['Enter', 'رمّم'],
      ['Esc', 'إلغاء أو إغلاق'],
      ['S  Ctrl S', 'تنزيل'],
      ['Ctrl C', 'نسخ النتيجة'],
      ['← →', 'تحريك الفاصل، أو الانتقال من وجه إلى وجه'],
      ['N  P', 'الوجه التالي، الوجه السابق'],
      ['V', 'العرض التالي: فاصل، جنبًا إلى جنب، عدسة، الفرق'],
      ['O', 'اضغط مطوّلًا لرؤية الأصل'],
      ['+  −', 'التكبير والتصغير'],
      ['0  1', 'الصورة كلها، البكسلات الفعلية'],
      ['B', 'إطارات الوجوه'],
      ['F', 'ملء الشاشة'],
      ['D', 'إظهار التفاصيل بجانب الصورة أو إخفاؤها'],
      ['?', 'هذه القائمة'],
    ],
    close: 'إغلاق',
  },

  panel: { hide: 'إخفاء التفاصيل', show: 'إظهار التفاصيل' },

  strengths: {
    title: 'قوة الترميم',
    all: 'كل الوجوه',
    face: (number) => `الوجه ${number}`,
    differ: (value) => `${value} في المتوسط`,
    identity: (value) => `التشابه نحو ${value} بهذه القوة.`,
    mark: (strength, identity) => `حتى ${strength}، وهي العلامة على المؤشر، يكون التشابه ${identity} على الأقل.`,
    reset: 'إعادة ضبط القوة',
    failed: 'لا يستطيع هذا المتصفح تركيب الصورة. الخدمة تستطيع.',
  },

  trust: {
    title: 'أما زال الشخص نفسه؟',
    same: 'نعم',
    unknown: 'لا يمكن الجزم',
    look: 'أعد النظر',
    nobody: 'لم يُرمَّم أي وجه',
    sameText: (count) =>
      count === 1
        ? 'في نظر شبكة للتعرّف على الوجوه، الوجه المرمَّم للشخص نفسه.'
        : `في نظر شبكة للتعرّف على الوجوه، كل الوجوه المرمَّمة (${number(count)}) للأشخاص أنفسهم.`,
    unknownText: (count, of) =>
      of === 1
        ? 'الوجه في الصورة أصغر أو أقل وضوحًا من أن يُجزم.'
        : `وجوه لا يمكن الجزم بها: ${number(count)} من ${of}. إنها في الصورة أصغر أو أقل وضوحًا مما يلزم.`,
    lookText: (count) => `قد لا يشبه الشخص نفسه: ${facesOf(count)}.`,
    scale: (value) => `التشابه ${value} على مقياس من 0 إلى 1. يصل الغرباء إلى نحو 0.4.`,
    strangers: 'غرباء',
    samePerson: 'الشخص نفسه',
    worst: (number) => `انظر إلى الوجه ${number}`,
  },

  metrics: {
    title: 'للخبراء',
    againstInput: 'مقارنةً بصورتك مكبَّرةً من دون ذكاء اصطناعي. القيم تبيّن مقدار التغيّر، لا جودة مظهر النتيجة.',
    againstReference: 'مقارنةً بالصورة المرجعية المرسلة مع الصورة.',
    psnr: { name: 'PSNR', description: 'بكسلًا بكسلًا، بالديسيبل. فوق 40 لا فرق تقريبًا.' },
    ssim: { name: 'SSIM', description: 'الحواف والنسيج. 1 يعني التطابق.' },
    lpips: { name: 'LPIPS', description: 'مقدار اختلاف الصورتين في نظر شبكة. 0 يعني التطابق.' },
    identity: { name: 'الهوية', description: 'تشابه الوجه الذي تغيّر أكثر. 1 يعني التطابق.' },
  },

  faces: {
    title: 'الوجوه',
    whole: 'الصورة كلها',
    one: (number) => `الوجه ${number}`,
    kinds: {
      sure: (value) => `التشابه ${value}، الشخص نفسه`,
      doubtful: (value) => `التشابه ${value}، أعد النظر`,
      unknown: 'أصغر أو أقل وضوحًا من أن يُجزم',
      unchanged: 'تُرك كما هو',
    },
    zoom: (number, state) => `الوجه ${number}: ${state}. تكبير الجانبين`,
  },

  times: {
    title: 'وقت المعالجة',
    total: (duration) => `${duration} في المجموع. تجري بعض الخطوات معًا.`,
  },

  tray: {
    label: 'الصور في علامة التبويب هذه',
    all: 'كل الصور',
    note: 'تبقى الصور في علامة التبويب هذه حتى تغلقها.',
    open: (name, state) => `${name}: ${state}`,
    remove: (name) => `إزالة ${name}`,
    removed: (name) => `أُزيلت ${name}.`,
    undo: 'تراجع',
    states: {
      ready: 'لم تبدأ',
      queued: 'تنتظر',
      uploading: 'تُرفع',
      processing: 'قيد المعالجة',
      done: 'رُمّمت',
      failed: 'فشلت',
    },
  },

  batch: {
    title: photosOf,
    summary: (done, failed, left) =>
      [
        ...(done > 0 || failed + left === 0 ? [`رُمّم ${number(done)}`] : []),
        ...(failed > 0 ? [`فشل ${number(failed)}`] : []),
        ...(left > 0 ? [`بقي ${number(left)}`] : []),
      ].join('، '),
    start: (count) => `رمّم ${photosOf(count)}`,
    cancel: 'إلغاء الكل',
    retry: 'أعد المحاولة',
    retryAll: (count) => `أعد محاولة ${number(count)} مما فشل`,
    final: (count) => `سيفشل ${number(count)} مرة أخرى إن بقي كما هو. افتحه لترى ما يفيد.`,
    zip: (count) => `نزّل الكل (${number(count)}، ZIP)`,
    zipping: 'جارٍ الحزم…',
    csv: 'تقرير (CSV)',
    json: 'تقرير (JSON)',
    add: 'أضف صورًا',
    clear: 'إزالة الكل',
    opening: (done, total) => `جارٍ فتح ${done} من ${total}`,
  },

  failure: {
    stage: (stage) => `الخطوة: ${stage}`,
    code: (status) => `الرمز ${status}`,
    retry: 'أعد المحاولة',
    retryNow: 'حاول الآن',
    stopWaiting: 'أوقف الانتظار',
    waiting: (seconds) => `محاولة جديدة تلقائيًا بعد ${seconds} ث`,
    gaveUp: 'فشلت عدة محاولات. يمكنك المحاولة من جديد في أي وقت.',
    back: 'تغيير الخيارات',
    another: 'صورة أخرى',
    keyLabel: 'مفتاح API',
    useKey: 'استخدم هذا المفتاح',
    enlarge: 'كبّرها من دون وجوه',
    kept: 'صورتك وخياراتك ما زالت هنا.',
    kinds: {
      unreachable: { title: 'الخدمة لا تستجيب', advice: 'قد تكون متوقفة، أو الشبكة معطّلة.' },
      gateway: {
        title: 'تعذّر الوصول إلى الخدمة',
        advice: 'أجاب شيء بين هذه الصفحة والخدمة بدلًا منها. يزول ذلك عادةً خلال دقيقة.',
      },
      lost: {
        title: 'انقطع الاتصال',
        advice: 'توقفت الخدمة عن الاستجابة أثناء المعالجة. تعود عادةً خلال دقيقة.',
      },
      garbled: {
        title: 'تعذّرت قراءة الرد',
        advice: 'أجاب شيء بين هذه الصفحة والخدمة بدلًا منها، أو أن نسختيهما لا تتوافقان.',
      },
      slow: { title: 'استغرق الرفع وقتًا طويلًا', advice: 'جرّب اتصالًا أسرع أو ملفًا أصغر.' },
      bytes: { title: 'الملف كبير جدًا', advice: 'احفظه بضغط أكبر، أو صغّر الصورة.' },
      pixels: { title: 'بكسلات الصورة كثيرة جدًا', advice: 'كبّر أقل، أو صغّر الصورة.' },
      type: {
        title: 'لا تستطيع الخدمة قراءة هذا الملف',
        get advice() {
          return `احفظ الصورة بصيغة ${formats.anyOf} وأعد المحاولة.`;
        },
      },
      damaged: { title: 'تعذّر فك ترميز الصورة', advice: 'صدّرها أو انسخها من مصدرها من جديد.' },
      small: {
        title: 'الصورة صغيرة جدًا',
        advice: 'بكسلات ضلعها الأقصر أقل مما يحتاجه وجه. اختر نسخة أكبر منها.',
      },
      complex: {
        title: 'قراءة هذا الملف مكلفة جدًا',
        advice: 'افتح الصورة في برنامج آخر واحفظها من جديد.',
      },
      proportions: {
        title: 'الصورة طويلة وضيقة جدًا',
        advice: 'قصّ الجزء الذي فيه الوجوه وأعد المحاولة.',
      },
      forbidden: {
        title: 'لا تسمح الخدمة بذلك',
        advice: 'يقرّر مشغّلها أي العناوين والصفحات والمفاتيح يحق لها استخدامها.',
      },
      option: { title: 'لم تقبل الخدمة الطلب', advice: 'غيّر الخيارات وأعد المحاولة.' },
      key: {
        title: 'تطلب هذه الخدمة مفتاح API',
        advice: 'يقدّمه مشغّل الخدمة. يبقى المفتاح في ذاكرة علامة التبويب هذه وحدها ويزول عند إغلاقها.',
      },
      noFace: {
        title: 'لم يُعثر على وجه',
        advice: 'الوجوه الصغيرة جدًا أو الملتفتة أو المحجوبة في معظمها لا تُكتشف. جرّب قصًّا أقرب، أو كبّر الصورة كما هي.',
      },
      rate: { title: 'طلبات كثيرة جدًا', advice: 'تحدّ الخدمة من عدد الطلبات من العنوان الواحد.' },
      busy: { title: 'الخدمة مشغولة', advice: 'تُعالَج طلبات أخرى أولًا.' },
      stageGone: { title: 'جزء من الخدمة غير متاح', advice: 'قد يكون في طور البدء أو إعادة التشغيل.' },
      deadline: {
        title: 'استغرقت المعالجة وقتًا طويلًا',
        advice: 'كبّر أقل، أو اختر صورة أصغر، أو أعد المحاولة حين تكون الخدمة أقل انشغالًا.',
      },
      stageFailed: {
        title: 'فشلت خطوة مع هذه الصورة',
        advice: 'لا تُعرض نتيجة لأنها قد تكون خاطئة. قد تنجح خيارات أخرى.',
      },
      gone: {
        title: 'لم تعد المهمة موجودة',
        advice: 'تُحفظ النتائج مدة فقط، ولا تُحفظ المهام الملغاة. اختر الملف ورمّمه من جديد.',
      },
      internal: { title: 'حدث خطأ داخل الخدمة', advice: 'التفاصيل في سجل الخدمة.' },
    },
  },

  film: {
    privacy: 'يُرسل فيلمك إلى هذه الخدمة وحدها. يُحفظ في الذاكرة، ونتيجته مدةً، ولا يُكتب على قرص أبدًا.',
    rules: (max) => `أو فيلم: ${films()}، حتى ${max}`,
    rulesElsewhere: 'تُرمَّم الأفلام من سطر الأوامر: visage video',
    unnamed: 'فيلم',
    poster: 'صورة من فيلمك',
    length: 'المدة',
    faces: (count) =>
      plural(count, {
        zero: '# في هذه الصورة',
        one: '# في هذه الصورة',
        two: '# في هذه الصورة',
        few: '# في هذه الصورة',
        many: '# في هذه الصورة',
        other: '# في هذه الصورة',
      }),
    canceled: 'أُلغي. فيلمك لا يزال هنا.',
    notShown: 'لا يستطيع هذا المتصفح تشغيل الفيلم، لذلك لا يظهر. تستطيع الخدمة ترميمه مع ذلك.',
    tooLarge: 'ستكون في صور النتيجة نقاط أكثر من اللازم.',
    takesNone: 'لا تقبل هذه الخدمة أفلامًا.',
    tooManyBytes: (has, max) => `حجم هذا الفيلم ${has}. تقبل هذه الخدمة ${max} على الأكثر.`,
    tooLong: (has, max) => `مدة هذا الفيلم ${has}. تقبل هذه الخدمة ${max} على الأكثر.`,
    tooManyPixels: (has, max) => `في كل صورة منه ${has} ميغابكسل. تقبل هذه الخدمة ${max} على الأكثر.`,
    commandLine: 'حيث ثُبّت Visage يرمّمه سطر الأوامر بلا هذه الحدود:',
    copyCommand: 'انسخ الأمر',
    copyFailed: 'لم يسمح المتصفح بالنسخ. حدّد الأمر بدلًا من ذلك.',
    another: 'ملف آخر',
    close: 'أزل الفيلم',
    deinterlace: { label: 'إزالة التشابك', help: 'لتسجيلات التلفاز التي تشبه حوافّها الأمشاط.' },
    codecHelp: 'تشغّل المتصفحات H.264. أما FFV1 فبلا فقد وكبير الحجم.',
    working: 'يجري ترميم فيلمك',
    uploading: 'يجري رفع الفيلم',
    position: (position) => `الرقم ${position} في الطابور`,
    lost: 'لا تجيب الخدمة. هي ماضية في الفيلم، وهذه الصفحة تواصل السؤال.',
    address: 'يمكنك إغلاق هذه الصفحة: عنوانها يعيدك إلى الفيلم. من لديه العنوان يرى الفيلم أيضًا.',
    failed: 'تعذّر ترميم الفيلم',
    play: 'تشغيل',
    pause: 'إيقاف مؤقت',
    mute: 'كتم الصوت',
    unmute: 'تشغيل الصوت',
    time: 'الموضع في الفيلم',
    notPlayed: 'لا يستطيع هذا المتصفح تشغيل النتيجة. هي في التنزيل.',
    originalGone: 'لا تحتفظ الخدمة بالأصل. اختره مرة أخرى للمقارنة بينهما.',
    chooseOriginal: 'اختر الأصل',
    otherFilm: 'هذا فيلم آخر: تختلف مدته أو شكله، أو لا يستطيع هذا المتصفح تشغيله.',
    pictures: 'الصور',
    shots: 'اللقطات',
    identity: (mean, least) => `${mean} في المتوسط، ${least} على الأقل`,
    flicker: 'وميض الوجوه',
    flickerValues: (before, after) => `${before} قبل، ${after} الآن`,
    interlaced: (count) =>
      plural(count, {
        zero: 'لا صور من حقلين.',
        one: 'صورة واحدة من حقلين رُمّمت كما هي. تجعلها «إزالة التشابك» كاملة.',
        two: 'صورتان من حقلين رُمّمتا كما هما. تجعلهما «إزالة التشابك» كاملتين.',
        few: '# صور من حقلين رُمّمت كما هي. تجعلها «إزالة التشابك» كاملة.',
        many: '# صورة من حقلين رُمّمت كما هي. تجعلها «إزالة التشابك» كاملة.',
        other: '# صورة من حقلين رُمّمت كما هي. تجعلها «إزالة التشابك» كاملة.',
      }),
    leftOut: 'ليس في النتيجة',
  },

  part: { failed: 'تعذّر تحميل هذا الجزء من الصفحة.', retry: 'أعد التحميل' },

  pageError: {
    title: 'حدث خطأ في هذه الصفحة',
    text: 'لم يُفقد شيء.',
    kept: (count) => (count === 1 ? 'صورتك ما زالت هنا.' : `صورك (${number(count)}) ما زالت هنا.`),
    none: 'لم تكن هناك صورة مفتوحة.',
    continue: 'متابعة',
  },

  notFound: { title: 'الصفحة غير موجودة', back: 'إلى صفحة البداية' },
};
