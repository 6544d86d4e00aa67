/** German. */
import type { Translation } from '.';
import { FILM_TITLES, formatsOf, wordsOf } from './words';

const words = wordsOf('de');
const { plural, number } = words;
const formats = formatsOf(words);
const films = () => words.either(FILM_TITLES);

export const de: Translation = {
  name: 'Visage',
  title: 'Visage: Gesichter in Fotos restaurieren',
  description: 'Restauriert Gesichter in alten und unscharfen Fotos und zeigt, was sich geändert hat.',
  skip: 'Zum Inhalt springen',
  home: 'Visage, Startseite',
  theme: {
    change: (current, next) => `Farbschema: ${current}. Wechseln zu ${next}`,
    system: 'System',
    light: 'Hell',
    dark: 'Dunkel',
  },
  language: 'Sprache',
  docs: 'API',
  privacy:
    'Ihr Foto geht nur an diesen Dienst. Es liegt im Arbeitsspeicher, solange es bearbeitet wird, und wird nie gespeichert.',
  dismiss: 'Schließen',

  service: {
    checking: 'Dienst wird geprüft',
    ready: 'Dienst bereit',
    starting: 'Dienst startet',
    down: 'Dienst nicht erreichbar',
    startingNote: 'Der Dienst lädt noch seine Modelle.',
    downNote: 'Der Dienst antwortet nicht. Diese Seite prüft weiter.',
    meantime: 'Ein Foto können Sie schon auswählen.',
    isBack: 'Der Dienst ist wieder da.',
  },

  empty: {
    headline: 'Gesichter, wieder scharf.',
    lead: 'Restauriert Gesichter in alten, unscharfen und winzigen Fotos. Behält keines davon und sagt, ob es noch dieselbe Person ist.',
    drop: 'Fotos hier ablegen',
    dropNow: 'Loslassen, um diese Fotos zu verwenden',
    paste: 'oder eines aus der Zwischenablage einfügen',
    choose: 'Foto auswählen',
    chooseTouch: 'Foto auswählen oder aufnehmen',
    rules: (max) => `${formats.anyOf}, bis ${max}`,
    sample: 'Dieses selbst restaurieren',
    sampleCredit: 'Astronautin Eileen Collins, NASA, absichtlich beschädigt',
    samples: 'Beispiele',
    sampleNames: { blur: 'Unscharf', print: 'Alter Abzug', small: 'Winzig' },
  },

  problems: {
    title: (count) => plural(count, { one: '# Datei wurde ausgelassen', other: '# Dateien wurden ausgelassen' }),
    get type() {
      return `ist keine Datei, die der Dienst liest (${formats.anyOf}). Es zählt der Inhalt, nicht der Name.`;
    },
    knownType: (title) => `ist eine ${title}-Datei. Der Dienst liest ${formats.allOf}.`,
    empty: 'ist leer. Wählen Sie die ursprüngliche Datei noch einmal aus.',
    size: (size, max) => `hat ${size}. Die Grenze ist ${max}.`,
    damaged: 'ist beschädigt oder unvollständig. Kopieren oder exportieren Sie die Datei noch einmal.',
    oneFilm: 'ist ein zweiter Film. Immer nur ein Film: Beenden oder entfernen Sie erst den anderen.',
    link: 'Das war ein Link zu einem Bild. Speichern Sie das Bild zuerst und legen Sie dann die Datei ab.',
    nothingPasted: 'In der Zwischenablage ist kein Bild. Kopieren Sie zuerst ein Bild und fügen Sie es dann hier ein.',
    sample: 'Das Beispiel konnte nicht geladen werden. Prüfen Sie die Verbindung und versuchen Sie es noch einmal.',
  },

  photo: {
    alt: (name) => `Ihr Foto, ${name}`,
    dimensions: 'Größe',
    file: 'Datei',
    result: 'Ergebnis',
    replace: 'Anderes Foto',
    restore: 'Restaurieren',
    fit: 'Passend machen',
    fitTo: (size) => `Passend machen (${size})`,
    fitted: 'Für den Dienst verkleinert.',
    tooManyInput: (has, max) => `Dieses Foto hat ${has} Megapixel. Der Dienst nimmt höchstens ${max} an.`,
    tooManyBytes: (has, max) => `Diese Datei hat ${has}. Der Dienst nimmt höchstens ${max} an.`,
    tooManyOutput: (has, max) => `Das Ergebnis hätte ${has} Megapixel. Der Dienst erzeugt höchstens ${max}.`,
    enlargeBy: (factor) => `Stattdessen ${factor}× vergrößern`,
    tooSmall: (min) => `Die kürzere Seite hat weniger als ${min} Pixel. Der Dienst braucht mindestens ${min}.`,
    large: 'Das Ergebnis wird groß. Die Bearbeitung dauert eine Weile.',
  },

  findings: {
    faces: 'Gesichter',
    time: 'Dauer',
    asking: 'Wird angesehen …',
    found: (faces, chosen) =>
      faces === chosen ? number(faces) : `${number(chosen)} von ${number(faces)} werden restauriert`,
    about: (duration) => `etwa ${duration}`,
    none: 'Es wurde kein Gesicht gefunden. Das Foto kann so, wie es ist, vergrößert werden.',
    reasons: {
      already_sharp: (count) =>
        plural(count, {
          one: '# Gesicht ist schon scharf. Die Restaurierung ändert wenig oder nichts zum Besseren.',
          other: '# Gesichter sind schon scharf. Die Restaurierung ändert wenig oder nichts zum Besseren.',
        }),
      too_small: (count) =>
        plural(count, {
          one: '# Gesicht ist sehr klein. Es kann zu jemand anderem werden.',
          other: '# Gesichter sind sehr klein. Sie können zu jemand anderem werden.',
        }),
      bystander: (count) =>
        plural(count, {
          one: '# Gesicht ist unscharf im Hintergrund. Es bleibt, wie es ist, wenn Sie nichts anderes wählen.',
          other: '# Gesichter sind unscharf im Hintergrund. Sie bleiben, wie sie sind, wenn Sie nichts anderes wählen.',
        }),
    },
  },

  options: {
    title: 'Einstellungen',
    reset: 'Zurücksetzen',
    factor: { label: 'Vergrößern', times: (factor) => `${factor}×` },
    strength: {
      label: 'Stärke',
      help: 'Wie viel vom restaurierten Gesicht das Original ersetzt. Weniger behält mehr vom Original.',
    },
    faces: {
      label: 'Gesichter',
      help: 'Welche Gesichter restauriert werden.',
      choices: { all: 'Alle', none: 'Keines', largest: 'Größtes', center: 'Mittleres' },
    },
    identity: {
      label: 'Wenn sich ein Gesicht zu sehr ändert',
      help: 'Sieht ein Gesicht nicht mehr nach derselben Person aus: „Mischen“ nimmt so viel vom Original, bis es das tut, „Behalten“ lässt das Original.',
      choices: { warn: 'Warnen', blend: 'Mischen', keep: 'Behalten' },
    },
    bystanders: {
      label: 'Unscharfe Gesichter im Hintergrund restaurieren',
      help: 'Kleine, unscharfe Gesichter im Hintergrund bleiben sonst, wie sie sind.',
    },
    color: {
      label: 'Farben des Originals behalten',
      help: 'Passt jedes restaurierte Gesicht den Farben des Fotos an.',
    },
    grain: { label: 'Korn angleichen', help: 'Gibt restaurierten Gesichtern das Korn ihrer Umgebung.' },
    background: {
      label: 'Hintergrund verbessern',
      help: 'Ausgeschaltet wird alles außer den Gesichtern ohne KI vergrößert. Das geht schneller.',
    },
    format: {
      label: 'Speichern als',
      get help() {
        return `Verlustfrei: ${formats.lossless}. Kleiner sind: ${formats.smaller}.`;
      },
    },
    metadata: {
      label: 'Metadaten des Fotos',
      help: 'Datum, Kamera, Bildunterschrift und Rechte. „Privat“ lässt Ort und Seriennummern weg.',
      choices: { keep: 'Behalten', private: 'Privat', strip: 'Entfernen' },
    },
  },

  progress: {
    title: 'Ihr Foto wird restauriert',
    tellMe: 'Benachrichtigen, wenn es fertig ist',
    willTell: 'Sie bekommen eine Benachrichtigung, wenn es fertig ist.',
    queued: 'Wartet, bis es an der Reihe ist',
    sent: 'Hochgeladen, gleich geht es los',
    count: (done, total) => `${done} von ${total}`,
    times: (elapsed, remaining) =>
      remaining === null ? `${elapsed} bisher` : `${elapsed} bisher, noch etwa ${remaining}`,
    received: (size) => `${size} empfangen`,
    overall: 'Fortschritt insgesamt',
    done: 'fertig',
    running: 'läuft',
    waiting: 'noch nicht begonnen',
    cancel: 'Abbrechen',
    canceled: 'Abgebrochen. Ihr Foto ist noch da.',
    stages: {
      upload: 'Foto hochladen',
      detector: 'Gesichter finden',
      restorer: 'Gesichter restaurieren',
      upscaler: 'Foto vergrößern',
      compose: 'Gesichter einfügen',
      verifier: 'Identität prüfen',
      metrics: 'Unterschied messen',
      encode: 'Ergebnis vorbereiten',
      decode: 'Foto lesen',
      request: 'Anfrage prüfen',
      ingress: 'Anfrage annehmen',
      weights: 'Modell laden',
      internal: 'Innerhalb des Dienstes',
      waiting: 'Warten und Datentransport',
      receive: 'Ergebnis empfangen',
    },
  },

  result: {
    title: 'Restauriert',
    announce: (faces, duration) =>
      `Fertig in ${duration}. ${plural(faces, { one: '# Gesicht wurde restauriert.', other: '# Gesichter wurden restauriert.' })}`,
    summary: (faces, found, duration) =>
      faces === found
        ? `${plural(faces, { one: '# Gesicht', other: '# Gesichter' })}, ${duration}`
        : `${faces} von ${plural(found, { one: '# Gesicht', other: '# Gesichtern' })}, ${duration}`,
    warning: 'Sehen Sie sich das Ergebnis genau an',
    download: 'Herunterladen',
    composed: 'hier zusammengesetzt',
    fromService: (format) => `${format} vom Dienst`,
    asking: 'Der Dienst restauriert es in diesen Stärken …',
    serviceFailed: 'Der Dienst konnte es jetzt nicht. „Herunterladen“ gibt Ihnen das Bild aus diesem Browser.',
    copy: 'Kopieren',
    copied: 'Kopiert',
    copyFailed: 'Der Browser hat das Kopieren nicht erlaubt. Nehmen Sie „Herunterladen“.',
    share: 'Teilen',
    shareFailed: 'Der Browser konnte es nicht teilen. Nehmen Sie „Herunterladen“.',
    card: 'Vergleich speichern',
    cardCaption: (identity, model) =>
      identity === null ? `Von KI restauriert · ${model}` : `Von KI restauriert · Identität ${identity} · ${model}`,
    report: 'Bericht (JSON)',
    again: 'Noch einmal restaurieren',
    changeOptions: 'Einstellungen ändern',
  },

  notes: {
    title: 'Gut zu wissen',
    more_pages: (count) =>
      plural(count, {
        one: 'Die Datei hat # Seite.',
        other: 'Die Datei hat # Seiten. Nur die erste wurde restauriert.',
      }),
    more_frames: (count) =>
      plural(count, {
        one: 'Die Datei hat # Einzelbild.',
        other: 'Die Datei hat # Einzelbilder. Nur das erste wurde restauriert.',
      }),
    picture_sequence: 'Die Datei hat auch eine Bildfolge. Nur das Standbild wurde restauriert.',
    exif_lost: 'Datum und Kameradaten dieser Art von Datei lassen sich nicht lesen und fehlen im Ergebnis.',
    picture_in_alpha: 'Das Bild stand nur in der Transparenz und wurde auf Weiß gelegt.',
    smaller_factor: (factor, wanted, max) =>
      `${factor}× statt ${wanted}× vergrößert: Ergebnisse haben höchstens ${max} Megapixel.`,
    no_transparency: (format) => `${format} kennt keine Transparenz, deshalb wurde das Bild auf Weiß gelegt.`,
    fewer_bits: (format, bits, of) =>
      `${format} wird mit ${bits} Bit je Kanal geschrieben, weniger als die ${of} des Fotos.`,
    no_facial_prior:
      'Der Dienst läuft ohne sein Netz für Gesichter: Augen und Zähne wurden geschärft, nicht restauriert.',
    faces_left_out: (kept, found) => `Nur die ${kept} größten von ${found} Gesichtern wurden restauriert.`,
    bystanders: (count) =>
      plural(count, {
        one: '# Gesicht im Hintergrund ist unscharf und blieb, wie es ist. Eine Einstellung restauriert es mit.',
        other:
          '# Gesichter im Hintergrund sind unscharf und blieben, wie sie sind. Eine Einstellung restauriert sie mit.',
      }),
    credentials_unreadable: 'Die Content Credentials des Fotos waren nicht zu lesen und sind nicht im Ergebnis.',
    credentials_unsigned:
      'Die Content Credentials des Fotos sind nicht im Ergebnis, weil dieser Dienst nicht signiert.',
    kept_as_it_was: (number, identity) =>
      `Gesicht ${number} blieb, wie es war, damit es dieselbe Person bleibt (Identität ${identity}).`,
    restored_less: (number, strength, identity) =>
      `Gesicht ${number} wurde nur zu ${strength} restauriert, damit es dieselbe Person bleibt (Identität ${identity}).`,
  },

  save: {
    title: 'Speichern als',
    format: 'Format',
    quality: 'Qualität',
    help: 'In diesem Browser erzeugt: 8 Bit je Kanal, keine Metadaten.',
  },

  stage: {
    label: 'Vorher und nachher',
    hint: 'Plus und Minus vergrößern und verkleinern. 0 zeigt das ganze Bild, 1 die tatsächlichen Pixel. Die Pfeiltasten bewegen das vergrößerte Bild. O halten zeigt das Original. Das Fragezeichen nennt alle Tasten.',
    handle: 'Trennlinie zwischen dem Original links und dem restaurierten Bild rechts',
    before: 'Original',
    after: 'Restauriert',
    against: 'Vergleichen mit',
    version: (number, options) => `Version ${number}: ${options}`,
    mode: 'Ansicht',
    modes: { slider: 'Schieber', sides: 'Nebeneinander', lens: 'Lupe', difference: 'Unterschied' },
    differenceNote: 'Heller heißt: mehr geändert.',
    hold: 'Halten, um das Original zu sehen',
    boxes: 'Rahmen um Gesichter',
    zoomIn: 'Vergrößern',
    zoomOut: 'Verkleinern',
    fit: 'Ganzes Bild',
    actualPixels: 'Tatsächliche Pixel',
    fullScreen: 'Vollbild',
    pan: {
      label: 'Bild bewegen',
      left: 'Nach links',
      right: 'Nach rechts',
      up: 'Nach oben',
      down: 'Nach unten',
    },
    face: (number) => `Auf Gesicht ${number} zoomen`,
  },

  keys: {
    title: 'Tastatur',
    list: [
      ['Enter', 'Restaurieren'],
      ['Esc', 'Abbrechen oder schließen'],
      ['S  Strg S', 'Herunterladen'],
      ['Strg C', 'Ergebnis kopieren'],
      ['← →', 'Trennlinie bewegen oder von Gesicht zu Gesicht gehen'],
      ['N  P', 'Nächstes Gesicht, voriges Gesicht'],
      ['V', 'Nächste Ansicht: Schieber, nebeneinander, Lupe, Unterschied'],
      ['O', 'Halten, um das Original zu sehen'],
      ['+  −', 'Vergrößern und verkleinern'],
      ['0  1', 'Ganzes Bild, tatsächliche Pixel'],
      ['B', 'Rahmen um Gesichter'],
      ['F', 'Vollbild'],
      ['D', 'Einzelheiten neben dem Bild zeigen oder verbergen'],
      ['?', 'Diese Liste'],
    ],
    close: 'Schließen',
  },

  panel: { hide: 'Einzelheiten verbergen', show: 'Einzelheiten zeigen' },

  strengths: {
    title: 'Stärke der Restaurierung',
    all: 'Alle Gesichter',
    face: (number) => `Gesicht ${number}`,
    differ: (value) => `im Mittel ${value}`,
    identity: (value) => `Identität bei dieser Stärke etwa ${value}.`,
    mark: (strength, identity) =>
      `Bis ${strength}, der Markierung am Regler, ist die Identität mindestens ${identity}.`,
    reset: 'Stärken zurücksetzen',
    failed: 'Dieser Browser kann das Bild nicht zusammensetzen. Der Dienst kann es.',
  },

  trust: {
    title: 'Noch dieselbe Person?',
    same: 'Ja',
    unknown: 'Lässt sich nicht sagen',
    look: 'Genauer ansehen',
    nobody: 'Es wurde kein Gesicht restauriert',
    sameText: (count) =>
      plural(count, {
        one: 'Ein Netz zur Gesichtserkennung hält das restaurierte Gesicht für dieselbe Person.',
        other: 'Ein Netz zur Gesichtserkennung hält alle # restaurierten Gesichter für dieselben Personen.',
      }),
    unknownText: (count, of) =>
      of === 1
        ? 'Das Gesicht ist im Foto zu klein oder zu unscharf, um das zu sagen.'
        : plural(count, {
            one: `# von ${of} Gesichtern ist im Foto zu klein oder zu unscharf, um das zu sagen.`,
            other: `# von ${of} Gesichtern sind im Foto zu klein oder zu unscharf, um das zu sagen.`,
          }),
    lookText: (count) =>
      plural(count, {
        one: '# Gesicht sieht vielleicht nicht mehr nach derselben Person aus.',
        other: '# Gesichter sehen vielleicht nicht mehr nach derselben Person aus.',
      }),
    scale: (value) => `Identität ${value} auf einer Skala von 0 bis 1. Fremde erreichen bis zu etwa 0,4.`,
    strangers: 'Fremde',
    samePerson: 'dieselbe Person',
    worst: (number) => `Gesicht ${number} ansehen`,
  },

  metrics: {
    title: 'Für Fachleute',
    againstInput:
      'Verglichen mit Ihrem Foto, ohne KI vergrößert. Die Werte sagen, wie viel sich geändert hat, nicht, wie gut das Ergebnis aussieht.',
    againstReference: 'Verglichen mit dem Referenzbild, das mit dem Foto gesendet wurde.',
    psnr: { name: 'PSNR', description: 'Pixel für Pixel, in Dezibel. Über 40 gibt es fast keinen Unterschied.' },
    ssim: { name: 'SSIM', description: 'Kanten und Texturen. 1 heißt gleich.' },
    lpips: {
      name: 'LPIPS',
      description: 'Wie verschieden die Bilder für ein neuronales Netz aussehen. 0 heißt gleich.',
    },
    identity: {
      name: 'Identität',
      description: 'Ähnlichkeit des Gesichts, das sich am meisten geändert hat. 1 heißt gleich.',
    },
  },

  faces: {
    title: 'Gesichter',
    whole: 'Ganzes Bild',
    one: (number) => `Gesicht ${number}`,
    kinds: {
      sure: (value) => `Identität ${value}, dieselbe Person`,
      doubtful: (value) => `Identität ${value}, genauer ansehen`,
      unknown: 'zu klein oder zu unscharf, um es zu sagen',
      unchanged: 'unverändert gelassen',
    },
    zoom: (number, state) => `Gesicht ${number}: ${state}. Auf beiden Seiten heranzoomen`,
  },

  times: {
    title: 'Bearbeitungszeit',
    total: (duration) => `Insgesamt ${duration}. Manche Schritte laufen gleichzeitig.`,
  },

  tray: {
    label: 'Fotos in diesem Tab',
    all: 'Alle Fotos',
    note: 'Die Fotos bleiben in diesem Tab, bis Sie ihn schließen.',
    open: (name, state) => `${name}: ${state}`,
    remove: (name) => `${name} entfernen`,
    removed: (name) => `${name} wurde entfernt.`,
    undo: 'Rückgängig',
    states: {
      ready: 'nicht begonnen',
      queued: 'wartet',
      uploading: 'wird hochgeladen',
      processing: 'in Arbeit',
      done: 'restauriert',
      failed: 'fehlgeschlagen',
    },
  },

  batch: {
    title: (count) => plural(count, { one: '# Foto', other: '# Fotos' }),
    summary: (done, failed, left) =>
      [
        ...(done > 0 || failed + left === 0 ? [`${number(done)} restauriert`] : []),
        ...(failed > 0 ? [`${number(failed)} fehlgeschlagen`] : []),
        ...(left > 0 ? [`${number(left)} übrig`] : []),
      ].join(', '),
    start: (count) => plural(count, { one: '# Foto restaurieren', other: '# Fotos restaurieren' }),
    cancel: 'Alle abbrechen',
    retry: 'Noch einmal versuchen',
    retryAll: (count) =>
      plural(count, {
        one: '# fehlgeschlagenes noch einmal versuchen',
        other: '# fehlgeschlagene noch einmal versuchen',
      }),
    final: (count) =>
      plural(count, {
        one: '# würde unverändert wieder scheitern. Öffnen Sie es, um zu sehen, was hilft.',
        other: '# würden unverändert wieder scheitern. Öffnen Sie sie, um zu sehen, was hilft.',
      }),
    zip: (count) => plural(count, { one: '# herunterladen (ZIP)', other: 'Alle # herunterladen (ZIP)' }),
    zipping: 'Wird gepackt …',
    csv: 'Bericht (CSV)',
    json: 'Bericht (JSON)',
    add: 'Fotos hinzufügen',
    clear: 'Alle entfernen',
    opening: (done, total) => `${done} von ${total} geöffnet`,
  },

  failure: {
    stage: (stage) => `Schritt: ${stage}`,
    code: (status) => `Code ${status}`,
    retry: 'Noch einmal versuchen',
    retryNow: 'Jetzt versuchen',
    stopWaiting: 'Nicht mehr warten',
    waiting: (seconds) => `Nächster Versuch von selbst in ${seconds} s`,
    gaveUp: 'Mehrere Versuche sind fehlgeschlagen. Sie können es jederzeit noch einmal versuchen.',
    back: 'Einstellungen ändern',
    another: 'Anderes Foto',
    keyLabel: 'API-Schlüssel',
    useKey: 'Diesen Schlüssel verwenden',
    enlarge: 'Ohne Gesichter vergrößern',
    kept: 'Ihr Foto und die Einstellungen sind noch da.',
    kinds: {
      unreachable: {
        title: 'Der Dienst antwortet nicht',
        advice: 'Vielleicht ist er ausgeschaltet oder das Netz gestört.',
      },
      gateway: {
        title: 'Der Dienst war nicht erreichbar',
        advice: 'Etwas zwischen dieser Seite und dem Dienst hat geantwortet. Meist gibt sich das binnen einer Minute.',
      },
      lost: {
        title: 'Die Verbindung ist abgebrochen',
        advice:
          'Der Dienst hat während der Bearbeitung aufgehört zu antworten. Meist ist er binnen einer Minute wieder da.',
      },
      garbled: {
        title: 'Die Antwort war nicht zu lesen',
        advice:
          'Etwas zwischen dieser Seite und dem Dienst hat geantwortet, oder ihre Versionen passen nicht zusammen.',
      },
      slow: {
        title: 'Das Hochladen hat zu lange gedauert',
        advice: 'Versuchen Sie es mit einer schnelleren Verbindung oder einer kleineren Datei.',
      },
      bytes: {
        title: 'Die Datei ist zu groß',
        advice: 'Speichern Sie das Foto stärker komprimiert oder verkleinern Sie es.',
      },
      pixels: {
        title: 'Das Foto hat zu viele Pixel',
        advice: 'Vergrößern Sie es weniger oder verkleinern Sie das Foto.',
      },
      type: {
        title: 'Der Dienst kann diese Datei nicht lesen',
        get advice() {
          return `Speichern Sie das Foto als ${formats.anyOf} und versuchen Sie es noch einmal.`;
        },
      },
      damaged: {
        title: 'Das Foto lässt sich nicht öffnen',
        advice: 'Exportieren oder kopieren Sie es noch einmal.',
      },
      small: {
        title: 'Das Foto ist zu klein',
        advice: 'Seine kürzere Seite hat weniger Pixel, als ein Gesicht braucht. Nehmen Sie eine größere Fassung.',
      },
      complex: {
        title: 'Diese Datei ist zu aufwendig zu lesen',
        advice: 'Öffnen Sie das Foto in einem anderen Programm und speichern Sie es neu.',
      },
      proportions: {
        title: 'Das Foto ist zu lang und schmal',
        advice: 'Schneiden Sie den Teil mit den Gesichtern aus und versuchen Sie es noch einmal.',
      },
      forbidden: {
        title: 'Der Dienst erlaubt das nicht',
        advice: 'Wer ihn betreibt, bestimmt, welche Adressen, Seiten und Schlüssel ihn nutzen dürfen.',
      },
      option: {
        title: 'Der Dienst hat die Anfrage nicht angenommen',
        advice: 'Ändern Sie die Einstellungen und versuchen Sie es noch einmal.',
      },
      key: {
        title: 'Dieser Dienst verlangt einen API-Schlüssel',
        advice:
          'Sie bekommen ihn von denen, die den Dienst betreiben. Er bleibt allein im Speicher dieses Tabs und ist weg, wenn Sie ihn schließen.',
      },
      noFace: {
        title: 'Es wurde kein Gesicht gefunden',
        advice:
          'Sehr kleine, abgewandte oder größtenteils verdeckte Gesichter werden nicht gefunden. Versuchen Sie einen engeren Ausschnitt, oder vergrößern Sie das Foto so, wie es ist.',
      },
      rate: {
        title: 'Zu viele Anfragen',
        advice: 'Der Dienst begrenzt, wie viele Anfragen von einer Adresse kommen dürfen.',
      },
      busy: { title: 'Der Dienst ist ausgelastet', advice: 'Andere Anfragen sind zuerst an der Reihe.' },
      stageGone: {
        title: 'Ein Teil des Dienstes fehlt gerade',
        advice: 'Vielleicht startet er gerade oder startet neu.',
      },
      deadline: {
        title: 'Die Bearbeitung hat zu lange gedauert',
        advice: 'Vergrößern Sie weniger, nehmen Sie ein kleineres Foto oder versuchen Sie es später noch einmal.',
      },
      stageFailed: {
        title: 'Ein Schritt ist an diesem Foto gescheitert',
        advice:
          'Es wird kein Ergebnis gezeigt, weil es falsch sein könnte. Vielleicht gelingt es mit anderen Einstellungen.',
      },
      gone: {
        title: 'Der Auftrag ist nicht mehr da',
        advice:
          'Ergebnisse werden nur eine Weile aufbewahrt, abgebrochene Aufträge gar nicht. Wählen Sie die Datei und restaurieren Sie sie noch einmal.',
      },
      internal: {
        title: 'Im Dienst ist etwas schiefgegangen',
        advice: 'Das Protokoll des Dienstes sagt mehr.',
      },
    },
  },

  film: {
    privacy:
      'Ihr Film wird nur an diesen Dienst gesendet. Er ist nur im Arbeitsspeicher, sein Ergebnis eine Weile, und nie auf einem Datenträger.',
    rules: (max) => `Oder ein Film: ${films()}, bis ${max}`,
    rulesElsewhere: 'Filme restauriert die Befehlszeile: visage video',
    unnamed: 'Ein Film',
    poster: 'Ein Bild aus Ihrem Film',
    length: 'Dauer',
    faces: (count) => plural(count, { one: 'eines in diesem Bild', other: '# in diesem Bild' }),
    canceled: 'Abgebrochen. Ihr Film ist noch hier.',
    notShown:
      'Dieser Browser kann den Film nicht abspielen, darum ist er nicht zu sehen. Der Dienst kann ihn trotzdem restaurieren.',
    tooLarge: 'Die Bilder des Ergebnisses hätten zu viele Pixel.',
    takesNone: 'Dieser Dienst nimmt keine Filme an.',
    tooManyBytes: (has, max) => `Dieser Film hat ${has}. Dieser Dienst nimmt höchstens ${max} an.`,
    tooLong: (has, max) => `Dieser Film dauert ${has}. Dieser Dienst nimmt höchstens ${max} an.`,
    tooManyPixels: (has, max) => `Seine Bilder haben je ${has} Megapixel. Dieser Dienst nimmt höchstens ${max} an.`,
    commandLine: 'Wo Visage installiert ist, restauriert ihn die Befehlszeile, ohne diese Grenzen:',
    copyCommand: 'Befehl kopieren',
    copyFailed: 'Der Browser hat das Kopieren nicht erlaubt. Markieren Sie stattdessen den Befehl.',
    another: 'Andere Datei',
    close: 'Film entfernen',
    deinterlace: {
      label: 'Halbbilder zusammenfügen',
      help: 'Für Fernsehaufnahmen, deren Kanten wie Kämme aussehen.',
    },
    codecHelp: 'Browser spielen H.264 ab. FFV1 ist verlustfrei und groß.',
    working: 'Ihr Film wird restauriert',
    uploading: 'Der Film wird hochgeladen',
    position: (position) => `Nummer ${position} in der Warteschlange`,
    lost: 'Der Dienst antwortet nicht. Er arbeitet weiter an dem Film; diese Seite fragt weiter nach.',
    address:
      'Sie können diese Seite schließen: Ihre Adresse führt zum Film zurück. Wer die Adresse hat, sieht den Film ebenfalls.',
    failed: 'Der Film konnte nicht restauriert werden',
    play: 'Abspielen',
    pause: 'Anhalten',
    mute: 'Ton aus',
    unmute: 'Ton an',
    time: 'Stelle im Film',
    notPlayed: 'Dieser Browser kann das Ergebnis nicht abspielen. Der Download enthält es.',
    originalGone: 'Der Dienst bewahrt kein Original auf. Wählen Sie es noch einmal, um beide zu vergleichen.',
    chooseOriginal: 'Original wählen',
    otherFilm: 'Das ist ein anderer Film: Dauer oder Form weichen ab, oder dieser Browser kann ihn nicht abspielen.',
    pictures: 'Bilder',
    shots: 'Einstellungen',
    identity: (mean, least) => `${mean} im Mittel, mindestens ${least}`,
    flicker: 'Flackern der Gesichter',
    flickerValues: (before, after) => `vorher ${before}, jetzt ${after}`,
    interlaced: (count) =>
      plural(count, {
        one: 'Ein Bild hat zwei Halbbilder und wurde restauriert, wie es ist. „Halbbilder zusammenfügen“ macht es ganz.',
        other:
          '# Bilder haben zwei Halbbilder und wurden restauriert, wie sie sind. „Halbbilder zusammenfügen“ macht sie ganz.',
      }),
    leftOut: 'Nicht im Ergebnis',
  },

  part: {
    failed: 'Dieser Teil der Seite konnte nicht geladen werden.',
    retry: 'Noch einmal laden',
  },

  pageError: {
    title: 'Auf dieser Seite ist etwas schiefgegangen',
    text: 'Verloren ist nichts.',
    kept: (count) => plural(count, { one: 'Ihr Foto ist noch da.', other: 'Ihre # Fotos sind noch da.' }),
    none: 'Es war kein Foto offen.',
    continue: 'Weiter',
  },

  notFound: { title: 'Seite nicht gefunden', back: 'Zur Startseite' },
};
