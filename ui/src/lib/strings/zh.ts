/** Chinese, in simplified characters. */
import type { Translation } from '.';
import { FILM_TITLES, formatsOf, wordsOf } from './words';

const words = wordsOf('zh');
const { number } = words;
const formats = formatsOf(words);
const films = () => words.either(FILM_TITLES);

export const zh: Translation = {
  name: 'Visage',
  title: 'Visage：照片人脸修复',
  description: '修复老照片和模糊照片中的人脸，并展示改变了什么。',
  skip: '跳到主要内容',
  home: 'Visage，首页',
  theme: {
    change: (current, next) => `主题：${current}。切换为${next}`,
    system: '跟随系统',
    light: '浅色',
    dark: '深色',
  },
  language: '语言',
  docs: 'API',
  privacy: '您的照片只会发送到本服务，处理期间保存在内存中，绝不会被存储。',
  dismiss: '关闭',

  service: {
    checking: '正在检查服务',
    ready: '服务就绪',
    starting: '服务正在启动',
    down: '无法连接服务',
    startingNote: '服务仍在加载模型。',
    downNote: '服务没有响应。本页会继续检查。',
    meantime: '您可以先选择照片。',
    isBack: '服务已恢复。',
  },

  empty: {
    headline: '让面孔重现清晰。',
    lead: '修复老照片、模糊照片和小照片中的人脸。不留存照片，并告诉您是否还是同一个人。',
    drop: '把照片拖到这里',
    dropNow: '松开即可使用这些照片',
    paste: '或从剪贴板粘贴',
    choose: '选择照片',
    chooseTouch: '选择或拍摄照片',
    rules: (max) => `${formats.anyOf}，不超过 ${max}`,
    sample: '亲手修复这张',
    sampleCredit: '宇航员艾琳·科林斯，NASA，特意损坏',
    samples: '示例',
    sampleNames: { blur: '模糊', print: '老照片', small: '小图' },
  },

  problems: {
    title: (count) => `有 ${number(count)} 个文件未加入`,
    get type() {
      return `不是本服务能读取的文件（${formats.anyOf}）。以文件内容为准，而非文件名。`;
    },
    knownType: (title) => `是 ${title} 文件。本服务可读取 ${formats.allOf}。`,
    empty: '是空文件。请重新选择原始文件。',
    size: (size, max) => `大小为 ${size}，上限为 ${max}。`,
    damaged: '已损坏或不完整。请从来源重新复制或导出。',
    oneFilm: '是另一部影片。一次只能处理一部：请先完成或移除前一部。',
    link: '拖入的是图片链接。请先保存图片，再拖入文件。',
    nothingPasted: '剪贴板中没有图片。请先复制图片，再粘贴到这里。',
    sample: '无法加载示例。请检查与服务的连接，然后重试。',
  },

  photo: {
    alt: (name) => `您的照片，${name}`,
    dimensions: '尺寸',
    file: '文件',
    result: '结果',
    replace: '换一张照片',
    restore: '修复',
    fit: '缩小到合适大小',
    fitTo: (size) => `缩小到 ${size}`,
    fitted: '已缩小以符合服务的限制。',
    tooManyInput: (has, max) => `这张照片有 ${has} 百万像素，服务最多接受 ${max} 百万像素。`,
    tooManyBytes: (has, max) => `这个文件有 ${has}，服务最多接受 ${max}。`,
    tooManyOutput: (has, max) => `结果将有 ${has} 百万像素，服务最多生成 ${max} 百万像素。`,
    enlargeBy: (factor) => `改为放大 ${factor} 倍`,
    tooSmall: (min) => `短边不足 ${min} 像素。服务至少需要 ${min} 像素。`,
    large: '结果会很大，处理需要一些时间。',
  },

  findings: {
    faces: '人脸',
    time: '用时',
    asking: '正在查看…',
    found: (faces, chosen) =>
      faces === chosen ? number(faces) : `共 ${number(faces)} 张，将修复 ${number(chosen)} 张`,
    about: (duration) => `约 ${duration}`,
    none: '没有找到人脸。可以直接放大照片。',
    reasons: {
      already_sharp: (count) => `有 ${number(count)} 张脸已经清晰，修复后变化不大，也未必更好。`,
      too_small: (count) => `有 ${number(count)} 张脸非常小，修复后可能变成别人。`,
      bystander: (count) => `有 ${number(count)} 张脸在背景中失焦。除非您另行选择，否则保持原样。`,
    },
  },

  options: {
    title: '选项',
    reset: '恢复默认',
    factor: { label: '放大', times: (factor) => `${factor}×` },
    strength: { label: '强度', help: '修复后的人脸取代原图的程度。数值越低，保留的原图越多。' },
    faces: {
      label: '人脸',
      help: '要修复哪些人脸。',
      choices: { all: '全部', none: '不修复', largest: '最大', center: '居中' },
    },
    identity: {
      label: '如果人脸变化过大',
      help: '如果脸不再像同一个人，“混合”会与原图混合到像为止，“保留原样”则保留原图。',
      choices: { warn: '提醒', blend: '混合', keep: '保留原样' },
    },
    bystanders: {
      label: '修复背景中模糊的人脸',
      help: '否则，背景中失焦的小脸会保持原样。',
    },
    color: { label: '保留原有颜色', help: '让修复后的人脸与照片的颜色一致。' },
    grain: { label: '匹配颗粒', help: '让修复后的人脸带有与周围相同的颗粒。' },
    background: { label: '增强背景', help: '关闭后，人脸以外的部分不使用 AI 放大，速度更快。' },
    format: {
      label: '保存为',
      get help() {
        return `无损：${formats.lossless}。更小：${formats.smaller}。`;
      },
    },
    metadata: {
      label: '照片的元数据',
      help: '日期、相机、说明和版权。“隐私”会去掉地点和序列号。',
      choices: { keep: '保留', private: '隐私', strip: '移除' },
    },
  },

  progress: {
    title: '正在修复您的照片',
    tellMe: '完成后通知我',
    willTell: '完成后您会收到通知。',
    queued: '正在排队',
    sent: '已上传，等待开始',
    count: (done, total) => `${done} / ${total}`,
    times: (elapsed, remaining) => (remaining === null ? `已用 ${elapsed}` : `已用 ${elapsed}，还需约 ${remaining}`),
    received: (size) => `已接收 ${size}`,
    overall: '总进度',
    done: '完成',
    running: '进行中',
    waiting: '未开始',
    cancel: '取消',
    canceled: '已取消。您的照片还在。',
    stages: {
      upload: '上传照片',
      detector: '查找人脸',
      restorer: '修复人脸',
      upscaler: '放大照片',
      compose: '融合人脸',
      verifier: '核对身份',
      metrics: '测量差异',
      encode: '准备结果',
      decode: '读取照片',
      request: '检查请求',
      ingress: '接受请求',
      weights: '加载模型',
      internal: '服务内部',
      waiting: '等待和传输数据',
      receive: '接收结果',
    },
  },

  result: {
    title: '修复完成',
    announce: (faces, duration) => `用时 ${duration}。修复了 ${number(faces)} 张脸。`,
    summary: (faces, found, duration) =>
      faces === found
        ? `${number(faces)} 张脸，${duration}`
        : `共 ${number(found)} 张脸，修复 ${number(faces)} 张，${duration}`,
    warning: '请仔细检查结果',
    download: '下载',
    composed: '在浏览器中合成',
    fromService: (format) => `由服务生成 ${format}`,
    asking: '服务正在按这些强度修复…',
    serviceFailed: '服务暂时无法完成。“下载”可得到此浏览器合成的图片。',
    copy: '复制',
    copied: '已复制',
    copyFailed: '浏览器不允许复制。请使用“下载”。',
    share: '分享',
    shareFailed: '浏览器无法分享。请使用“下载”。',
    card: '保存对比图',
    cardCaption: (identity, model) =>
      identity === null ? `由 AI 修复 · ${model}` : `由 AI 修复 · 相似度 ${identity} · ${model}`,
    report: '报告（JSON）',
    again: '重新修复',
    changeOptions: '更改选项',
  },

  notes: {
    title: '须知',
    more_pages: (count) => `文件有 ${number(count)} 页，只修复了第一页。`,
    more_frames: (count) => `文件有 ${number(count)} 帧，只修复了第一帧。`,
    picture_sequence: '文件还包含一组连续图片，只修复了静态图片。',
    exif_lost: '无法读取此类文件的日期和相机信息，结果中不含这些信息。',
    picture_in_alpha: '图片只存在于透明度中，已置于白色背景上。',
    smaller_factor: (factor, wanted, max) => `放大 ${factor}×，而不是 ${wanted}×：结果最多 ${max} 百万像素。`,
    no_transparency: (format) => `${format} 不支持透明，图片已置于白色背景上。`,
    fewer_bits: (format, bits, of) => `${format} 以每通道 ${bits} 位写入，少于照片的 ${of} 位。`,
    no_facial_prior: '服务当前没有人脸网络：眼睛和牙齿只是锐化，没有修复。',
    faces_left_out: (kept, found) => `只修复了 ${found} 张脸中最大的 ${kept} 张。`,
    bystanders: (count) => `背景中有 ${number(count)} 张脸失焦，保持原样。可在选项中一并修复。`,
    credentials_unreadable: '无法读取照片的 Content Credentials，结果中不含该信息。',
    credentials_unsigned: '此服务不签名，因此结果中不含照片的 Content Credentials。',
    kept_as_it_was: (number, identity) => `为保持同一个人，第 ${number} 张脸保持原样（相似度 ${identity}）。`,
    restored_less: (number, strength, identity) =>
      `为保持同一个人，第 ${number} 张脸只修复了 ${strength}（相似度 ${identity}）。`,
  },

  save: {
    title: '保存为',
    format: '格式',
    quality: '质量',
    help: '在此浏览器中编码：每通道 8 位，无元数据。',
  },

  stage: {
    label: '修复前后',
    hint: '加号和减号缩放。0 显示整张图，1 显示实际像素。放大后用方向键移动图片。按住 O 查看原图。问号列出所有按键。',
    handle: '左侧原图与右侧修复图之间的分隔线',
    before: '原图',
    after: '修复后',
    against: '对比对象',
    version: (number, options) => `版本 ${number}：${options}`,
    mode: '视图',
    modes: { slider: '滑块', sides: '并排', lens: '放大镜', difference: '差异' },
    differenceNote: '越亮表示变化越大。',
    hold: '按住查看原图',
    boxes: '人脸框',
    zoomIn: '放大',
    zoomOut: '缩小',
    fit: '整张图',
    actualPixels: '实际像素',
    fullScreen: '全屏',
    pan: { label: '移动图片', left: '左移', right: '右移', up: '上移', down: '下移' },
    face: (number) => `放大第 ${number} 张脸`,
  },

  keys: {
    title: '键盘',
    list: [
      ['Enter', '修复'],
      ['Esc', '取消或关闭'],
      ['S  Ctrl S', '下载'],
      ['Ctrl C', '复制结果'],
      ['← →', '移动分隔线，或切换人脸'],
      ['N  P', '下一张脸，上一张脸'],
      ['V', '下一种视图：滑块、并排、放大镜、差异'],
      ['O', '按住查看原图'],
      ['+  −', '缩放'],
      ['0  1', '整张图，实际像素'],
      ['B', '人脸框'],
      ['F', '全屏'],
      ['D', '显示或隐藏图片旁的详情'],
      ['?', '此列表'],
    ],
    close: '关闭',
  },

  panel: { hide: '隐藏详情', show: '显示详情' },

  strengths: {
    title: '修复强度',
    all: '所有人脸',
    face: (number) => `第 ${number} 张脸`,
    differ: (value) => `平均 ${value}`,
    identity: (value) => `此强度下相似度约为 ${value}。`,
    mark: (strength, identity) => `在滑块标记 ${strength} 以内，相似度不低于 ${identity}。`,
    reset: '重置强度',
    failed: '此浏览器无法合成图片，服务可以。',
  },

  trust: {
    title: '还是同一个人吗？',
    same: '是',
    unknown: '无法判断',
    look: '请再看看',
    nobody: '没有修复任何人脸',
    sameText: (count) =>
      count === 1
        ? '在人脸识别网络看来，修复后的脸是同一个人。'
        : `在人脸识别网络看来，修复后的 ${number(count)} 张脸都是同一个人。`,
    unknownText: (count, of) =>
      of === 1
        ? '照片中的脸太小或太模糊，无法判断。'
        : `${of} 张脸中有 ${number(count)} 张在照片中太小或太模糊，无法判断。`,
    lookText: (count) => `有 ${number(count)} 张脸可能不再像同一个人。`,
    scale: (value) => `相似度 ${value}，范围从 0 到 1。陌生人最高约 0.4。`,
    strangers: '陌生人',
    samePerson: '同一个人',
    worst: (number) => `查看第 ${number} 张脸`,
  },

  metrics: {
    title: '专业数据',
    againstInput: '与未经 AI 放大的原照片比较。数值表示改变了多少，而不是结果好不好看。',
    againstReference: '与随照片发送的参考图比较。',
    psnr: { name: 'PSNR', description: '逐像素比较，单位分贝。高于 40 几乎没有差别。' },
    ssim: { name: 'SSIM', description: '边缘和纹理。1 表示完全相同。' },
    lpips: { name: 'LPIPS', description: '在网络看来两张图的差异。0 表示完全相同。' },
    identity: { name: '身份相似度', description: '变化最大的那张脸的相似度。1 表示完全相同。' },
  },

  faces: {
    title: '人脸',
    whole: '整张照片',
    one: (number) => `第 ${number} 张脸`,
    kinds: {
      sure: (value) => `相似度 ${value}，同一个人`,
      doubtful: (value) => `相似度 ${value}，请再看看`,
      unknown: '太小或太模糊，无法判断',
      unchanged: '保持原样',
    },
    zoom: (number, state) => `第 ${number} 张脸：${state}。两侧同时放大`,
  },

  times: {
    title: '处理时间',
    total: (duration) => `共 ${duration}。部分步骤同时进行。`,
  },

  tray: {
    label: '此标签页中的照片',
    all: '所有照片',
    note: '在您关闭此标签页之前，照片会一直保留。',
    open: (name, state) => `${name}：${state}`,
    remove: (name) => `移除 ${name}`,
    removed: (name) => `已移除 ${name}。`,
    undo: '撤销',
    states: {
      ready: '未开始',
      queued: '排队中',
      uploading: '上传中',
      processing: '处理中',
      done: '已修复',
      failed: '失败',
    },
  },

  batch: {
    title: (count) => `${number(count)} 张照片`,
    summary: (done, failed, left) =>
      [
        ...(done > 0 || failed + left === 0 ? [`${number(done)} 张已修复`] : []),
        ...(failed > 0 ? [`${number(failed)} 张失败`] : []),
        ...(left > 0 ? [`剩余 ${number(left)} 张`] : []),
      ].join('，'),
    start: (count) => `修复 ${number(count)} 张照片`,
    cancel: '全部取消',
    retry: '重试',
    retryAll: (count) => `重试失败的 ${number(count)} 张`,
    final: (count) => `有 ${number(count)} 张不作改变还会失败。打开查看解决办法。`,
    zip: (count) => `下载 ${number(count)} 张（ZIP）`,
    zipping: '正在打包…',
    csv: '报告（CSV）',
    json: '报告（JSON）',
    add: '添加照片',
    clear: '全部移除',
    opening: (done, total) => `正在打开 ${done} / ${total}`,
  },

  failure: {
    stage: (stage) => `步骤：${stage}`,
    code: (status) => `代码 ${status}`,
    retry: '重试',
    retryNow: '立即重试',
    stopWaiting: '停止等待',
    waiting: (seconds) => `${seconds} 秒后自动重试`,
    gaveUp: '多次尝试均失败。您可以随时重试。',
    back: '更改选项',
    another: '换一张照片',
    keyLabel: 'API 密钥',
    useKey: '使用此密钥',
    enlarge: '不修复人脸，直接放大',
    kept: '您的照片和选项还在。',
    kinds: {
      unreachable: { title: '服务没有响应', advice: '服务可能已关闭，或网络中断。' },
      gateway: {
        title: '无法到达服务',
        advice: '本页与服务之间的其他环节作出了响应。通常一分钟内会恢复。',
      },
      lost: { title: '连接中断', advice: '服务在处理过程中停止响应。通常一分钟内会恢复。' },
      garbled: {
        title: '无法读取响应',
        advice: '本页与服务之间的其他环节作出了响应，或者两者版本不匹配。',
      },
      slow: { title: '上传时间过长', advice: '请使用更快的网络或更小的文件。' },
      bytes: { title: '文件太大', advice: '请提高压缩率保存，或缩小照片。' },
      pixels: { title: '照片像素过多', advice: '请降低放大倍数，或缩小照片。' },
      type: {
        title: '服务无法读取此文件',
        get advice() {
          return `请将照片另存为 ${formats.anyOf}，然后重试。`;
        },
      },
      damaged: { title: '照片无法解码', advice: '请从来源重新导出或复制。' },
      small: {
        title: '照片太小',
        advice: '短边的像素不足以容纳一张脸。请选择更大的版本。',
      },
      complex: {
        title: '读取此文件的开销过大',
        advice: '请用其他程序打开照片并重新保存。',
      },
      proportions: {
        title: '照片过于狭长',
        advice: '请裁剪出有人脸的部分，然后重试。',
      },
      forbidden: {
        title: '服务不允许此操作',
        advice: '由运营者决定哪些地址、网页和密钥可以使用。',
      },
      option: { title: '服务没有接受请求', advice: '请更改选项，然后重试。' },
      key: {
        title: '此服务要求 API 密钥',
        advice: '密钥由服务的运营者提供。它只保存在此标签页的内存中，关闭后即消失。',
      },
      noFace: {
        title: '没有找到人脸',
        advice: '太小、侧转或大部分被遮挡的脸无法检测到。请尝试更近的裁剪，或直接放大照片。',
      },
      rate: { title: '请求过多', advice: '服务限制了每个地址的请求数量。' },
      busy: { title: '服务繁忙', advice: '正在先处理其他请求。' },
      stageGone: { title: '部分服务不可用', advice: '它可能正在启动或重启。' },
      deadline: {
        title: '处理时间过长',
        advice: '请降低放大倍数、选择较小的照片，或在服务空闲时重试。',
      },
      stageFailed: {
        title: '处理这张照片时某一步失败',
        advice: '结果可能有误，因此不显示。换其他选项也许可行。',
      },
      gone: { title: '该任务已不存在', advice: '结果只保留一段时间，已取消的任务不保留。请选择文件并重新修复。' },
      internal: { title: '服务内部出错', advice: '详情见服务日志。' },
    },
  },

  film: {
    privacy: '影片只发送到此服务，仅保存在内存中，结果保留一段时间，从不写入磁盘。',
    rules: (max) => `也可以是影片：${films()}，最大 ${max}`,
    rulesElsewhere: '影片请用命令行修复：visage video',
    unnamed: '影片',
    poster: '影片中的一幅画面',
    length: '时长',
    faces: (count) => `此画面中 ${number(count)} 张`,
    canceled: '已取消。影片仍在这里。',
    notShown: '此浏览器无法播放该影片，因此不显示。服务仍可修复它。',
    tooLarge: '结果画面的像素会过多。',
    takesNone: '此服务不接受影片。',
    tooManyBytes: (has, max) => `该影片大小为 ${has}。此服务最多接受 ${max}。`,
    tooLong: (has, max) => `该影片时长为 ${has}。此服务最多接受 ${max}。`,
    tooManyPixels: (has, max) => `每幅画面有 ${has} 百万像素。此服务最多接受 ${max}。`,
    commandLine: '在安装了 Visage 的电脑上，命令行可以修复它，没有这些限制：',
    copyCommand: '复制命令',
    copyFailed: '浏览器不允许复制。请选中该命令。',
    another: '其他文件',
    close: '移除影片',
    deinterlace: { label: '去隔行', help: '用于边缘呈梳齿状的电视录像。' },
    codecHelp: '浏览器可播放 H.264。FFV1 无损，但文件很大。',
    working: '正在修复影片',
    uploading: '正在上传影片',
    position: (position) => `排队第 ${position} 位`,
    lost: '服务没有应答。它会继续处理影片；本页会继续询问。',
    address: '您可以关闭本页：凭其地址可以回到这部影片。任何有该地址的人也能看到影片。',
    failed: '无法修复该影片',
    play: '播放',
    pause: '暂停',
    mute: '关闭声音',
    unmute: '打开声音',
    time: '影片中的位置',
    notPlayed: '此浏览器无法播放结果。请下载后观看。',
    originalGone: '服务不保留原片。请再次选择原片以便对比。',
    chooseOriginal: '选择原片',
    otherFilm: '这是另一部影片：时长或画幅不同，或此浏览器无法播放。',
    pictures: '画面数',
    shots: '镜头数',
    identity: (mean, least) => `平均 ${mean}，最低 ${least}`,
    flicker: '面部闪烁',
    flickerValues: (before, after) => `之前 ${before}，现在 ${after}`,
    interlaced: (count) => `${number(count)} 幅画面由两个场组成，按原样修复。“去隔行”可使其完整。`,
    leftOut: '结果中没有',
  },

  part: { failed: '无法加载页面的这一部分。', retry: '重新加载' },

  pageError: {
    title: '本页出错了',
    text: '没有丢失任何内容。',
    kept: (count) => (count === 1 ? '您的照片还在。' : `您的 ${number(count)} 张照片还在。`),
    none: '没有打开照片。',
    continue: '继续',
  },

  notFound: { title: '找不到页面', back: '返回首页' },
};
