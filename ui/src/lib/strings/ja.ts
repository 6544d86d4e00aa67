/** Japanese. */
import type { Translation } from '.';
import { FILM_TITLES, formatsOf, wordsOf } from './words';

const words = wordsOf('ja');
const { number } = words;
const formats = formatsOf(words);
const films = () => words.either(FILM_TITLES);

export const ja: Translation = {
  name: 'Visage',
  title: 'Visage：写真の顔を復元',
  description: '古い写真やぼやけた写真の顔を復元し、何が変わったかを示します。',
  skip: '本文へ移動',
  home: 'Visage、スタートページ',
  theme: {
    change: (current, next) => `テーマ：${current}。${next}に切り替える`,
    system: 'システム',
    light: 'ライト',
    dark: 'ダーク',
  },
  language: '言語',
  docs: 'API',
  privacy: '写真はこのサービスにだけ送られます。処理中はメモリ上に置かれ、保存されることはありません。',
  dismiss: '閉じる',

  service: {
    checking: 'サービスを確認中',
    ready: 'サービス準備完了',
    starting: 'サービス起動中',
    down: 'サービスに接続できません',
    startingNote: 'サービスはまだモデルを読み込んでいます。',
    downNote: 'サービスが応答しません。このページは確認を続けます。',
    meantime: 'その間に写真を選べます。',
    isBack: 'サービスが再び利用できます。',
  },

  empty: {
    headline: '顔に、もう一度ピントを。',
    lead: '古い写真、ぼけた写真、小さな写真の顔を復元します。写真は残さず、同じ人のままかどうかもお知らせします。',
    drop: 'ここに写真をドロップ',
    dropNow: '離すとこれらの写真を使います',
    paste: 'またはクリップボードから貼り付け',
    choose: '写真を選ぶ',
    chooseTouch: '写真を選ぶ・撮る',
    rules: (max) => `${formats.anyOf}、${max} まで`,
    sample: 'この写真を自分で復元する',
    sampleCredit: '宇宙飛行士アイリーン・コリンズ、NASA（わざと劣化させたもの）',
    samples: '例',
    sampleNames: { blur: 'ぼけ', print: '古い写真', small: '極小' },
  },

  problems: {
    title: (count) => `${number(count)} 個のファイルを除外しました`,
    get type() {
      return `はサービスが読めるファイル（${formats.anyOf}）ではありません。名前ではなく中身で判断します。`;
    },
    knownType: (title) => `は ${title} ファイルです。サービスが読めるのは ${formats.allOf} です。`,
    empty: 'は空です。元のファイルを選び直してください。',
    size: (size, max) => `は ${size} あります。上限は ${max} です。`,
    damaged: 'は壊れているか不完全です。元の場所からもう一度コピーまたは書き出してください。',
    oneFilm: 'は 2 本目の映像です。一度に 1 本だけです。先に前の映像を終えるか、取り除いてください。',
    link: '画像へのリンクがドロップされました。先に画像を保存してから、ファイルをドロップしてください。',
    nothingPasted: 'クリップボードに画像がありません。先に画像をコピーしてから貼り付けてください。',
    sample: '例を読み込めませんでした。サービスへの接続を確認して、もう一度お試しください。',
  },

  photo: {
    alt: (name) => `あなたの写真、${name}`,
    dimensions: 'サイズ',
    file: 'ファイル',
    result: '結果',
    replace: '別の写真',
    restore: '復元する',
    fit: '小さくする',
    fitTo: (size) => `小さくする（${size}）`,
    fitted: 'サービスに合わせて小さくしました。',
    tooManyInput: (has, max) => `この写真は ${has} メガピクセルです。サービスが受け付けるのは ${max} までです。`,
    tooManyBytes: (has, max) => `このファイルは ${has} です。サービスが受け付けるのは ${max} までです。`,
    tooManyOutput: (has, max) => `結果は ${has} メガピクセルになります。サービスが作れるのは ${max} までです。`,
    enlargeBy: (factor) => `代わりに ${factor} 倍に拡大`,
    tooSmall: (min) => `短い辺が ${min} ピクセル未満です。少なくとも ${min} ピクセル必要です。`,
    large: '結果は大きくなります。処理にしばらくかかります。',
  },

  findings: {
    faces: '顔',
    time: '時間',
    asking: '確認中…',
    found: (faces, chosen) => (faces === chosen ? number(faces) : `${number(faces)} 人中 ${number(chosen)} 人を復元`),
    about: (duration) => `約 ${duration}`,
    none: '顔が見つかりませんでした。写真はそのまま拡大できます。',
    reasons: {
      already_sharp: (count) =>
        `${number(count)} 人の顔はすでに鮮明です。復元してもあまり変わらないか、良くならないかもしれません。`,
      too_small: (count) => `${number(count)} 人の顔はとても小さく、別人になるおそれがあります。`,
      bystander: (count) => `${number(count)} 人の顔は背景でぼけています。設定を変えないかぎり、そのままにします。`,
    },
  },

  options: {
    title: '設定',
    reset: '初期値に戻す',
    factor: { label: '拡大', times: (factor) => `${factor}×` },
    strength: { label: '強さ', help: '復元した顔が元の顔に置き換わる割合です。低いほど元の顔が残ります。' },
    faces: {
      label: '顔',
      help: '復元する顔を選びます。',
      choices: { all: 'すべて', none: 'なし', largest: '最大', center: '中央' },
    },
    identity: {
      label: '顔が変わりすぎたとき',
      help: '同じ人に見えなくなったとき、「混ぜる」は同じ人に見えるまで元の顔と混ぜ、「元のまま」は元の顔を残します。',
      choices: { warn: '警告', blend: '混ぜる', keep: '元のまま' },
    },
    bystanders: {
      label: '背景のぼけた顔も復元する',
      help: 'オフの場合、背景でぼけた小さな顔はそのままにします。',
    },
    color: { label: '元の色を保つ', help: '復元した顔の色を写真に合わせます。' },
    grain: { label: '粒状感を合わせる', help: '復元した顔に周囲と同じ粒状感を加えます。' },
    background: { label: '背景も高画質にする', help: 'オフにすると、顔以外は AI を使わずに拡大し、速くなります。' },
    format: {
      label: '保存形式',
      get help() {
        return `可逆：${formats.lossless}。より小さい：${formats.smaller}。`;
      },
    },
    metadata: {
      label: '写真のメタデータ',
      help: '日付、カメラ、説明、権利。「非公開」では場所とシリアル番号を除きます。',
      choices: { keep: '残す', private: '非公開', strip: '削除' },
    },
  },

  progress: {
    title: '写真を復元しています',
    tellMe: '終わったら通知する',
    willTell: '終わったら通知でお知らせします。',
    queued: '順番を待っています',
    sent: 'アップロード完了。開始を待っています',
    count: (done, total) => `${done} / ${total}`,
    times: (elapsed, remaining) => (remaining === null ? `経過 ${elapsed}` : `経過 ${elapsed}、残り約 ${remaining}`),
    received: (size) => `${size} 受信`,
    overall: '全体の進み具合',
    done: '完了',
    running: '処理中',
    waiting: '未開始',
    cancel: 'キャンセル',
    canceled: 'キャンセルしました。写真はまだあります。',
    stages: {
      upload: '写真のアップロード',
      detector: '顔の検出',
      restorer: '顔の復元',
      upscaler: '写真の拡大',
      compose: '顔の合成',
      verifier: '本人の確認',
      metrics: '違いの測定',
      encode: '結果の準備',
      decode: '写真の読み込み',
      request: 'リクエストの確認',
      ingress: 'リクエストの受付',
      weights: 'モデルの読み込み',
      internal: 'サービス内部',
      waiting: '待機とデータ転送',
      receive: '結果の受信',
    },
  },

  result: {
    title: '復元しました',
    announce: (faces, duration) => `${duration}で完了。${number(faces)} 人の顔を復元しました。`,
    summary: (faces, found, duration) =>
      faces === found
        ? `${number(faces)} 人の顔、${duration}`
        : `${number(found)} 人中 ${number(faces)} 人、${duration}`,
    warning: '結果をよく確認してください',
    download: 'ダウンロード',
    composed: 'ブラウザーで合成',
    fromService: (format) => `サービスから ${format}`,
    asking: 'サービスがこの強さで復元しています…',
    serviceFailed: 'サービスは今は対応できません。「ダウンロード」でこのブラウザーが合成した画像を保存できます。',
    copy: 'コピー',
    copied: 'コピーしました',
    copyFailed: 'ブラウザーがコピーを許可しませんでした。「ダウンロード」を使ってください。',
    share: '共有',
    shareFailed: 'ブラウザーが共有できませんでした。「ダウンロード」を使ってください。',
    card: '比較画像を保存',
    cardCaption: (identity, model) =>
      identity === null ? `AI による復元 · ${model}` : `AI による復元 · 類似度 ${identity} · ${model}`,
    report: 'レポート（JSON）',
    again: 'もう一度復元',
    changeOptions: '設定を変える',
  },

  notes: {
    title: 'お知らせ',
    more_pages: (count) => `ファイルには ${number(count)} ページあります。最初のページだけを復元しました。`,
    more_frames: (count) => `ファイルには ${number(count)} フレームあります。最初のフレームだけを復元しました。`,
    picture_sequence: 'ファイルには連続画像もあります。静止画だけを復元しました。',
    exif_lost: 'この種類のファイルの日付とカメラの情報は読めないため、結果には含まれません。',
    picture_in_alpha: '画像が透明度だけにあったため、白い背景に置きました。',
    smaller_factor: (factor, wanted, max) =>
      `${wanted}× ではなく ${factor}× に拡大しました。結果は最大 ${max} メガピクセルです。`,
    no_transparency: (format) => `${format} には透明がないため、白い背景に置きました。`,
    fewer_bits: (format, bits, of) =>
      `${format} はチャンネルあたり ${bits} ビットで保存され、写真の ${of} ビットより少なくなります。`,
    no_facial_prior: 'サービスは顔用のネットワークなしで動いています。目や歯は鮮明化されただけで、復元されていません。',
    faces_left_out: (kept, found) => `${found} 人のうち、大きい顔から ${kept} 人だけを復元しました。`,
    bystanders: (count) =>
      `背景の ${number(count)} 人の顔はぼけているため、そのままにしました。設定で一緒に復元できます。`,
    credentials_unreadable: '写真の Content Credentials を読めなかったため、結果には引き継がれません。',
    credentials_unsigned: 'このサービスは署名しないため、写真の Content Credentials は結果に含まれません。',
    kept_as_it_was: (number, identity) =>
      `同じ人であり続けるよう、顔 ${number} はそのままにしました（類似度 ${identity}）。`,
    restored_less: (number, strength, identity) =>
      `同じ人であり続けるよう、顔 ${number} の復元は ${strength} に抑えました（類似度 ${identity}）。`,
  },

  save: {
    title: '保存形式',
    format: '形式',
    quality: '画質',
    help: 'このブラウザーで作成：チャンネルあたり 8 ビット、メタデータなし。',
  },

  stage: {
    label: '復元前と復元後',
    hint: 'プラスとマイナスで拡大・縮小。0 で全体、1 で実際のピクセルを表示。拡大中は矢印キーで移動。O を押している間は元の画像。疑問符ですべてのキーを表示します。',
    handle: '左の元の画像と右の復元画像の境界',
    before: '元の画像',
    after: '復元後',
    against: '比べる相手',
    version: (number, options) => `バージョン ${number}：${options}`,
    mode: '表示',
    modes: { slider: 'スライダー', sides: '並べて表示', lens: 'ルーペ', difference: '差分' },
    differenceNote: '明るいほど大きく変わっています。',
    hold: '押している間は元の画像',
    boxes: '顔の枠',
    zoomIn: '拡大',
    zoomOut: '縮小',
    fit: '全体',
    actualPixels: '実際のピクセル',
    fullScreen: '全画面',
    pan: { label: '画像を動かす', left: '左へ', right: '右へ', up: '上へ', down: '下へ' },
    face: (number) => `顔 ${number} を拡大`,
  },

  keys: {
    title: 'キーボード',
    list: [
      ['Enter', '復元する'],
      ['Esc', 'キャンセル、または閉じる'],
      ['S  Ctrl S', 'ダウンロード'],
      ['Ctrl C', '結果をコピー'],
      ['← →', '境界を動かす、または顔から顔へ移る'],
      ['N  P', '次の顔、前の顔'],
      ['V', '次の表示：スライダー、並べて表示、ルーペ、差分'],
      ['O', '押している間は元の画像'],
      ['+  −', '拡大・縮小'],
      ['0  1', '全体、実際のピクセル'],
      ['B', '顔の枠'],
      ['F', '全画面'],
      ['D', '画像の横の詳細を表示・非表示'],
      ['?', 'この一覧'],
    ],
    close: '閉じる',
  },

  panel: { hide: '詳細を隠す', show: '詳細を表示' },

  strengths: {
    title: '復元の強さ',
    all: 'すべての顔',
    face: (number) => `顔 ${number}`,
    differ: (value) => `平均 ${value}`,
    identity: (value) => `この強さでの類似度は約 ${value} です。`,
    mark: (strength, identity) => `スライダーの印 ${strength} までは、類似度が ${identity} 以上です。`,
    reset: '強さをリセット',
    failed: 'このブラウザーでは画像を合成できません。サービスならできます。',
  },

  trust: {
    title: '同じ人のままですか？',
    same: 'はい',
    unknown: '判断できません',
    look: 'よく見てください',
    nobody: '復元した顔はありません',
    sameText: (count) =>
      count === 1
        ? '顔認識ネットワークから見て、復元した顔は同じ人です。'
        : `顔認識ネットワークから見て、復元した ${number(count)} 人はみな同じ人です。`,
    unknownText: (count, of) =>
      of === 1
        ? '写真の顔が小さすぎるか、ぼけすぎていて判断できません。'
        : `${of} 人中 ${number(count)} 人の顔が、写真では小さすぎるか、ぼけすぎていて判断できません。`,
    lookText: (count) => `${number(count)} 人の顔が、もう同じ人に見えないかもしれません。`,
    scale: (value) => `類似度 ${value}（0 から 1 まで）。他人では 0.4 ほどまでになります。`,
    strangers: '他人',
    samePerson: '同じ人',
    worst: (number) => `顔 ${number} を見る`,
  },

  metrics: {
    title: '詳しい数値',
    againstInput:
      'AI を使わずに拡大した元の写真との比較です。どれだけ変わったかを示す値で、見た目の良さではありません。',
    againstReference: '写真と一緒に送られた参照画像との比較です。',
    psnr: { name: 'PSNR', description: 'ピクセルごとの差（デシベル）。40 を超えるとほとんど差がありません。' },
    ssim: { name: 'SSIM', description: '輪郭と質感。1 なら同一です。' },
    lpips: { name: 'LPIPS', description: 'ネットワークから見た画像の違い。0 なら同一です。' },
    identity: { name: '同一性', description: '最も変わった顔の類似度。1 なら同一です。' },
  },

  faces: {
    title: '顔',
    whole: '写真全体',
    one: (number) => `顔 ${number}`,
    kinds: {
      sure: (value) => `類似度 ${value}、同じ人`,
      doubtful: (value) => `類似度 ${value}、よく見てください`,
      unknown: '小さすぎるか、ぼけすぎていて判断できません',
      unchanged: 'そのまま',
    },
    zoom: (number, state) => `顔 ${number}：${state}。両側で拡大`,
  },

  times: {
    title: '処理時間',
    total: (duration) => `合計 ${duration}。一部の処理は同時に進みます。`,
  },

  tray: {
    label: 'このタブの写真',
    all: 'すべての写真',
    note: '写真はタブを閉じるまで、このタブに残ります。',
    open: (name, state) => `${name}：${state}`,
    remove: (name) => `${name} を外す`,
    removed: (name) => `${name} を外しました。`,
    undo: '元に戻す',
    states: {
      ready: '未開始',
      queued: '待機中',
      uploading: '送信中',
      processing: '処理中',
      done: '復元済み',
      failed: '失敗',
    },
  },

  batch: {
    title: (count) => `写真 ${number(count)} 枚`,
    summary: (done, failed, left) =>
      [
        ...(done > 0 || failed + left === 0 ? [`${number(done)} 枚復元`] : []),
        ...(failed > 0 ? [`${number(failed)} 枚失敗`] : []),
        ...(left > 0 ? [`残り ${number(left)} 枚`] : []),
      ].join('、'),
    start: (count) => `${number(count)} 枚を復元`,
    cancel: 'すべてキャンセル',
    retry: 'もう一度',
    retryAll: (count) => `失敗した ${number(count)} 枚をもう一度`,
    final: (count) => `${number(count)} 枚はこのままでは再び失敗します。開くと対処方法がわかります。`,
    zip: (count) => `${number(count)} 枚をダウンロード（ZIP）`,
    zipping: 'まとめています…',
    csv: 'レポート（CSV）',
    json: 'レポート（JSON）',
    add: '写真を追加',
    clear: 'すべて外す',
    opening: (done, total) => `開いています ${done} / ${total}`,
  },

  failure: {
    stage: (stage) => `ステップ：${stage}`,
    code: (status) => `コード ${status}`,
    retry: 'もう一度試す',
    retryNow: '今すぐ試す',
    stopWaiting: '待つのをやめる',
    waiting: (seconds) => `${seconds} 秒後に自動でもう一度試します`,
    gaveUp: '何度か失敗しました。いつでももう一度試せます。',
    back: '設定を変える',
    another: '別の写真',
    keyLabel: 'API キー',
    useKey: 'このキーを使う',
    enlarge: '顔を復元せずに拡大する',
    kept: '写真と設定はまだあります。',
    kinds: {
      unreachable: {
        title: 'サービスが応答しません',
        advice: '停止しているか、ネットワークが切れているかもしれません。',
      },
      gateway: {
        title: 'サービスに到達できませんでした',
        advice: 'このページとサービスの間の何かが代わりに応答しました。たいてい 1 分以内に直ります。',
      },
      lost: {
        title: '接続が切れました',
        advice: '処理中にサービスが応答しなくなりました。たいてい 1 分以内に戻ります。',
      },
      garbled: {
        title: '応答を読めませんでした',
        advice: 'このページとサービスの間の何かが代わりに応答したか、バージョンが合っていません。',
      },
      slow: {
        title: 'アップロードに時間がかかりすぎました',
        advice: 'より速い接続か、より小さいファイルでお試しください。',
      },
      bytes: { title: 'ファイルが大きすぎます', advice: '圧縮率を上げて保存するか、写真を小さくしてください。' },
      pixels: { title: '写真のピクセルが多すぎます', advice: '拡大率を下げるか、写真を小さくしてください。' },
      type: {
        title: 'サービスはこのファイルを読めません',
        get advice() {
          return `写真を ${formats.anyOf} で保存して、もう一度お試しください。`;
        },
      },
      damaged: { title: '写真をデコードできません', advice: '元の場所からもう一度書き出すかコピーしてください。' },
      small: {
        title: '写真が小さすぎます',
        advice: '短い辺のピクセルが、顔に必要な数より少なくなっています。より大きい写真を選んでください。',
      },
      complex: {
        title: 'このファイルは読み込みに手間がかかりすぎます',
        advice: '別のソフトで写真を開き、保存し直してください。',
      },
      proportions: {
        title: '写真が細長すぎます',
        advice: '顔のある部分を切り抜いて、もう一度お試しください。',
      },
      forbidden: {
        title: 'サービスが許可していません',
        advice: '使えるアドレス、ページ、キーは運営者が決めています。',
      },
      option: {
        title: 'サービスがリクエストを受け付けませんでした',
        advice: '設定を変えて、もう一度お試しください。',
      },
      key: {
        title: 'このサービスには API キーが必要です',
        advice: 'キーはサービスの運営者から受け取ります。このタブのメモリにだけ保持され、タブを閉じると消えます。',
      },
      noFace: {
        title: '顔が見つかりませんでした',
        advice:
          'とても小さい顔、横を向いた顔、ほとんど隠れた顔は検出されません。近くを切り抜くか、写真をそのまま拡大してください。',
      },
      rate: {
        title: 'リクエストが多すぎます',
        advice: 'サービスは 1 つのアドレスからのリクエスト数を制限しています。',
      },
      busy: { title: 'サービスが混み合っています', advice: 'ほかのリクエストを先に処理しています。' },
      stageGone: {
        title: 'サービスの一部が利用できません',
        advice: '起動中か再起動中かもしれません。',
      },
      deadline: {
        title: '処理に時間がかかりすぎました',
        advice: '拡大率を下げるか、小さい写真を選ぶか、空いているときにもう一度お試しください。',
      },
      stageFailed: {
        title: 'この写真で処理が失敗しました',
        advice: '誤った結果になりうるため、結果は表示しません。ほかの設定ならうまくいくかもしれません。',
      },
      gone: {
        title: 'このジョブはもうありません',
        advice:
          '結果が保存されるのはしばらくの間だけで、取り消したジョブは残りません。ファイルを選び、もう一度修復してください。',
      },
      internal: { title: 'サービス内部で問題が起きました', advice: '詳しくはサービスのログにあります。' },
    },
  },

  film: {
    privacy:
      '映像はこのサービスにだけ送られます。メモリーにのみ置かれ、結果はしばらく残り、ディスクには決して書き込まれません。',
    rules: (max) => `映像も可：${films()}、${max} まで`,
    rulesElsewhere: '映像はコマンドラインで修復します：visage video',
    unnamed: '映像',
    poster: '映像の一コマ',
    length: '長さ',
    faces: (count) => `このコマに ${number(count)} 人`,
    canceled: '取り消しました。映像はまだここにあります。',
    notShown: 'このブラウザーでは再生できないため、表示していません。サービスでは修復できます。',
    tooLarge: '結果のコマの画素数が多すぎます。',
    takesNone: 'このサービスは映像を受け付けていません。',
    tooManyBytes: (has, max) => `この映像は ${has} です。このサービスで扱えるのは ${max} までです。`,
    tooLong: (has, max) => `この映像の長さは ${has} です。このサービスで扱えるのは ${max} までです。`,
    tooManyPixels: (has, max) => `各コマは ${has} メガピクセルです。このサービスで扱えるのは ${max} までです。`,
    commandLine: 'Visage を入れたコンピューターなら、コマンドラインで制限なく修復できます：',
    copyCommand: 'コマンドをコピー',
    copyFailed: 'ブラウザーがコピーを許可しませんでした。コマンドを選択してください。',
    another: '別のファイル',
    close: '映像を取り除く',
    deinterlace: { label: 'インターレース解除', help: '輪郭が櫛のように見えるテレビ録画に使います。' },
    codecHelp: 'ブラウザーは H.264 を再生できます。FFV1 は可逆で、容量が大きくなります。',
    working: '映像を修復しています',
    uploading: '映像を送信しています',
    position: (position) => `待ち順 ${position} 番目`,
    lost: 'サービスが応答しません。映像の処理は続いており、このページは確認を続けます。',
    address: 'このページは閉じてもかまいません。アドレスから映像に戻れます。アドレスを知る人は誰でも映像を見られます。',
    failed: '映像を修復できませんでした',
    play: '再生',
    pause: '一時停止',
    mute: '音を消す',
    unmute: '音を出す',
    time: '映像の位置',
    notPlayed: 'このブラウザーでは結果を再生できません。ダウンロードしてご覧ください。',
    originalGone: 'サービスは元の映像を保存しません。比べるには、もう一度選んでください。',
    chooseOriginal: '元の映像を選ぶ',
    otherFilm: '別の映像です。長さか形が違うか、このブラウザーでは再生できません。',
    pictures: 'コマ数',
    shots: 'ショット数',
    identity: (mean, least) => `平均 ${mean}、最低 ${least}`,
    flicker: '顔のちらつき',
    flickerValues: (before, after) => `前は ${before}、今は ${after}`,
    interlaced: (count) =>
      `${number(count)} コマが 2 つのフィールドからなり、そのまま修復しました。「インターレース解除」で 1 枚になります。`,
    leftOut: '結果に含まれないもの',
  },

  part: { failed: 'ページのこの部分を読み込めませんでした。', retry: 'もう一度読み込む' },

  pageError: {
    title: 'このページで問題が起きました',
    text: '何も失われていません。',
    kept: (count) => (count === 1 ? '写真はまだあります。' : `${number(count)} 枚の写真はまだあります。`),
    none: '開いている写真はありませんでした。',
    continue: '続ける',
  },

  notFound: { title: 'ページが見つかりません', back: 'スタートページへ' },
};
